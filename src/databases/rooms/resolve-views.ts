// Resolves states that are described by views, over the store: only the keys on which they differ are looked at, and
// what comes out is described as one of the views with the differences on top.
import { createHash } from 'node:crypto';
import { AuthReach, type Referrer } from '#databases/rooms/auth-reach';
import { type GraphFact, readGraphEvents } from '#databases/rooms/graph-facts';
import type { GraphReader } from '#databases/rooms/graph-reader';
import type { RoomsParts } from '#databases/rooms/rooms-parts';
import type { KeyedEvent, StateView } from '#databases/rooms/state-view';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import type { ConflictedKey, ResolutionSource, ResolvedKey } from '#protocol/matrix/resolution/questions';
import { resolveFrom } from '#protocol/matrix/resolution/resolve';
import type { RoomVersion } from '#protocol/matrix/room-versions';
import { type StateKey, stateKeyText } from '#protocol/matrix/state-keys';
import type { Position } from '#store/contract';

/** What states were resolved to, and the outliers that had a say: should one be judged after all, it counts no more. */
export interface Resolution {
  readonly view: StateView;
  readonly outliers: readonly EventId[];
}

/**
 * The state that `views` of one room resolve to; the order in which they are given does not matter. `newcomer` is an
 * event that is among what they hold and not stored yet.
 */
export async function resolveViews(
  reader: GraphReader,
  parts: RoomsParts,
  room: RoomId,
  version: RoomVersion,
  views: readonly StateView[],
  newcomer?: GraphFact,
): Promise<StateView> {
  const distinct = [...new Map(views.map((view) => [view.name, view])).values()];
  distinct.sort((a, b) => (a.name < b.name ? -1 : 1));
  const [first] = distinct;
  if (!first) throw new Error('there is nothing to resolve');
  if (distinct.length === 1) return first;
  const names = JSON.stringify(distinct.map(({ name }) => name));
  const cached = parts.resolutions.get(room + names);
  if (cached && (await stillHolds(reader, cached))) return cached.view;

  const conflicted = await reader.differences(room, distinct);
  const source = new ViewSource(reader, parts, { room, version, view: first, conflicted, newcomer });
  const resolved = conflicted.length === 0 ? [] : await resolveFrom(source, version, conflicted);
  const outliers = [...source.outliers].sort();
  // What comes of the same states may be another once an outlier that had a say has been judged.
  const digest = createHash('sha256').update(names).update(JSON.stringify(outliers)).digest('base64url');
  const view = nearestView(distinct, conflicted, resolved, `=${digest}`);
  parts.resolutions.set(room + names, { view, outliers });
  return view;
}

async function stillHolds(reader: GraphReader, { outliers }: Resolution): Promise<boolean> {
  for (const outlier of outliers) {
    if ((await reader.anyEvent(outlier))?.standing !== 'outlier') return false;
  }
  return true;
}

/** The result as differences from the view that it differs least from; of equal ones the newest. */
function nearestView(
  views: readonly StateView[],
  conflicted: readonly ConflictedKey[],
  resolved: readonly ResolvedKey[],
  name: string,
): StateView {
  const result = new Map<string, KeyedEvent>();
  for (const { key } of conflicted) {
    result.set(stateKeyText(...key), { type: key[0], stateKey: key[1], event: undefined });
  }
  for (const { key, event } of resolved) {
    result.set(stateKeyText(...key), { type: key[0], stateKey: key[1], event });
  }
  const heldBy = new Map(conflicted.map(({ key, held }) => [stateKeyText(...key), held]));
  let nearest: { view: StateView; changes: Map<string, KeyedEvent> } | undefined;
  views.forEach((view, index) => {
    const changes = new Map([...result].filter(([key, { event }]) => heldBy.get(key)?.[index] !== event));
    const isNearer =
      nearest === undefined ||
      changes.size < nearest.changes.size ||
      (changes.size === nearest.changes.size && view.position > nearest.view.position);
    if (isNearer) nearest = { view, changes };
  });
  if (nearest === undefined) throw new Error('there is nothing to choose from');
  const { view, changes } = nearest;
  if (changes.size === 0) return view;
  const { line, position, overlay } = view;
  const all = new Map([...(view.changes ?? []), ...changes]);
  return { name, line, position, ...(overlay === undefined ? {} : { overlay }), changes: all };
}

/** Answers what the resolution asks, from the store. */
class ViewSource implements ResolutionSource {
  /** Outliers that were handed out. */
  readonly outliers = new Set<EventId>();
  readonly #reader: GraphReader;
  readonly #parts: RoomsParts;
  readonly #room: RoomId;
  readonly #view: StateView;
  readonly #conflicted: ReadonlySet<string>;
  readonly #held = new Map<string, Promise<EventId | undefined>>();
  readonly #reach: AuthReach;
  readonly #newcomer: GraphFact | undefined;

  constructor(
    reader: GraphReader,
    parts: RoomsParts,
    {
      room,
      version,
      view,
      conflicted,
      newcomer,
    }: {
      room: RoomId;
      version: RoomVersion;
      view: StateView;
      conflicted: readonly ConflictedKey[];
      newcomer: GraphFact | undefined;
    },
  ) {
    this.#newcomer = newcomer;
    this.#reader = reader;
    this.#parts = parts;
    this.#room = room;
    this.#view = view;
    this.#conflicted = new Set(conflicted.map(({ key }) => stateKeyText(...key)));
    this.#reach = new AuthReach({
      graphEvents: (ids) => this.#graphEvents(ids),
      unconflicted: (type, stateKey) => this.#unconflicted(type, stateKey),
      unconflictedSince: (position) => this.#unconflictedSince(position),
      referrers: (event) => this.#referrers(event),
      isCreateNamed: version.createInAuthEvents,
    });
  }

  async events(ids: readonly EventId[]): Promise<readonly (GraphFact | undefined)[]> {
    return this.#graphEvents(ids);
  }

  unconflicted(keys: readonly StateKey[]): Promise<(EventId | undefined)[]> {
    return Promise.all(keys.map(([type, stateKey]) => this.#unconflicted(type, stateKey)));
  }

  async covered(ids: readonly EventId[]): Promise<boolean[]> {
    const answers: boolean[] = [];
    for (const id of ids) answers.push(await this.#reach.isCovered(id));
    return answers;
  }

  async #graphEvents(ids: readonly EventId[]): Promise<(GraphFact | undefined)[]> {
    const newcomer = this.#newcomer;
    const stored = ids.filter((id) => id !== newcomer?.eventId);
    const found = await readGraphEvents(this.#reader, this.#parts, stored);
    const events = ids.map((id) => (id === newcomer?.eventId ? newcomer : found.shift()));
    for (const event of events) if (event?.isOutlier) this.outliers.add(event.eventId);
    return events;
  }

  #unconflicted(type: string, stateKey: string): Promise<EventId | undefined> {
    const name = stateKeyText(type, stateKey);
    if (this.#conflicted.has(name)) return Promise.resolve(undefined);
    let held = this.#held.get(name);
    if (!held) {
      held = this.#reader.entryIn(this.#room, this.#view, type, stateKey);
      this.#held.set(name, held);
    }
    return held;
  }

  async #unconflictedSince(position: Position): Promise<KeyedEvent[]> {
    const entries = await this.#reader.entriesSince(this.#room, this.#view, position);
    return entries.filter(({ type, stateKey }) => !this.#conflicted.has(stateKeyText(type, stateKey)));
  }

  #referrers(event: EventId): AsyncIterable<Referrer> {
    return this.#reader.referrers(this.#room, event);
  }
}
