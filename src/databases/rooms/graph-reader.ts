// States at events: history is a graph, and the state before an event is what its own predecessors resolve to, which
// need not be what the room's state was. Server-Server API, "Room State Resolution".

import { positionBefore } from '#databases/positions';
import type { Referrer } from '#databases/rooms/auth-reach';
import { type GraphFact, readGraphEvents } from '#databases/rooms/graph-facts';
import { flattenLayers, type OverlayLayer, readLayers } from '#databases/rooms/overlays';
import { type AppendPlan, type PlannedEvent, planAppend } from '#databases/rooms/plan-append';
import { isRejected, type OverlayName, type RoomHead, type TimelineEvent } from '#databases/rooms/records';
import { resolveViews } from '#databases/rooms/resolve-views';
import { differencesOnLine } from '#databases/rooms/state-differences';
import { type PlacedChange, StateReader } from '#databases/rooms/state-reader';
import {
  type KeyedEvent,
  type StateDifferences,
  type StateView,
  storedView,
  viewAfter,
} from '#databases/rooms/state-view';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import { type ConflictedKey, MissingEventsError } from '#protocol/matrix/resolution/questions';
import { type RoomVersion, roomVersion } from '#protocol/matrix/room-versions';
import { stateKeyText } from '#protocol/matrix/state-keys';
import type { Position } from '#store/contract';
import { lastPosition } from '#store/versionstamp';

const nothing: StateDifferences = new Map();

export class GraphReader extends StateReader {
  /** The room's state as it is now. */
  async currentState(room: RoomId): Promise<StateView> {
    return this.stateOfLine(room, await this.line(room), lastPosition);
  }

  /** The state that a line had once everything up to `through` had happened, named by its last change. */
  async stateOfLine(room: RoomId, line: number, through: Position): Promise<StateView> {
    return storedView(line, await this.lastChangeOnLine({ room, line, through }));
  }

  /**
   * The state before a stored event of the room's stream or its asides.
   * @throws MissingEventsError for an outlier, of which none is known
   */
  async stateBefore(event: TimelineEvent): Promise<StateView> {
    const { eventId, room, standing, stateBefore: kept } = event;
    if (standing === 'outlier') throw new MissingEventsError([eventId]);
    const cached = this.parts.statesBefore.get(eventId);
    if (cached) return cached;
    const view = kept
      ? storedView(kept.line, kept.position, kept.overlay)
      : await this.stateOfLine(room, event.line, positionBefore(event.at));
    this.parts.statesBefore.set(eventId, view);
    return view;
  }

  /** The state after it: a rejected event changes nothing. */
  async stateAfter(event: TimelineEvent): Promise<StateView> {
    const before = await this.stateBefore(event);
    if (event.pdu.state_key === undefined || isRejected(event)) return before;
    // In the room's stream, and with nothing recorded, the event became the room's state where it lies.
    if (event.standing === undefined && !event.stateBefore) return storedView(event.line, event.at);
    return viewAfter(before, event.eventId, event.pdu);
  }

  /**
   * The state before an event that is to follow `prevEvents`: what the states after these resolve to.
   * @throws MissingEventsError for those that are not there, or are outliers
   */
  async stateBeforeNext(room: RoomId, prevEvents: readonly EventId[]): Promise<StateView> {
    const record = await this.room(room);
    if (!record) throw new Error(`there is no room ${room}`);
    return this.resolveViews(room, roomVersion(record.version), await this.statesAfter(room, prevEvents));
  }

  /** The states after events of a room, from memory where they were asked for before. @throws as `stateBeforeNext` */
  async statesAfter(room: RoomId, events: readonly EventId[]): Promise<StateView[]> {
    const found = await Promise.all(events.map((id) => this.#stateAfterOf(room, id)));
    const missing = events.filter((_, index) => found[index] === undefined);
    if (missing.length > 0) throw new MissingEventsError(missing);
    return found.filter((view) => view !== undefined);
  }

  /** What came after an event never changes once it has been judged. */
  async #stateAfterOf(room: RoomId, id: EventId): Promise<StateView | undefined> {
    const { statesAfter } = this.parts;
    const cached = statesAfter.get(room + id);
    if (cached) return cached;
    const event = await this.anyEvent(id);
    if (event?.room !== room) return undefined;
    const view = await this.stateAfter(event);
    statesAfter.set(room + id, view);
    return view;
  }

  /** What states resolve to; from memory where the same ones were resolved before. */
  resolveViews(
    room: RoomId,
    version: RoomVersion,
    views: readonly StateView[],
    newcomer?: GraphFact,
  ): Promise<StateView> {
    return resolveViews(this, this.parts, room, version, views, newcomer);
  }

  /** What a state holds under a key: from memory, or one reverse range of one row. */
  async entryIn(room: RoomId, view: StateView, type: string, stateKey: string): Promise<EventId | undefined> {
    const name = stateKeyText(type, stateKey);
    const change = view.changes?.get(name);
    if (change) return change.event;
    for (const { entries } of await this.layersOf(room, view.overlay)) {
      const entry = entries.get(name);
      if (entry) return entry.event;
    }
    return this.heldOnLine(room, view, type, stateKey);
  }

  /** What the room's state held where a view begins, its differences left aside. */
  async heldOnLine(
    room: RoomId,
    { line, position }: Pick<StateView, 'line' | 'position'>,
    type: string,
    stateKey: string,
  ): Promise<EventId | undefined> {
    return (await this.entryOnLine({ room, line, through: position }, type, stateKey))?.event;
  }

  /** Everything that a state holds, or all of one type. */
  async entriesIn(room: RoomId, view: StateView, type?: string): Promise<KeyedEvent[]> {
    const { line, position } = view;
    const differences = await this.differencesOf(room, view);
    const base = await this.stateOnLine({ room, line, through: position }, type);
    const kept: KeyedEvent[] = base.filter(
      (entry) => !differences.has(stateKeyText(entry.type, entry.stateKey)),
    );
    for (const entry of differences.values()) {
      if (entry.event !== undefined && (type === undefined || entry.type === type)) kept.push(entry);
    }
    return kept;
  }

  /** What a state holds that was stored behind `since`, and perhaps more: the cost is what has changed since. */
  async entriesSince(room: RoomId, view: StateView, since: Position): Promise<KeyedEvent[]> {
    const { line, position: through } = view;
    const entries = new Map<string, KeyedEvent>();
    const later = through > since ? await this.changesBetween(room, line, { after: since, through }) : [];
    for (const { change } of later) {
      const { type, stateKey, event } = change;
      entries.set(stateKeyText(type, stateKey), { type, stateKey, event: event ?? undefined });
    }
    for (const [name, entry] of await this.differencesOf(room, view)) entries.set(name, entry);
    return [...entries.values()].filter(({ event }) => event !== undefined);
  }

  /** How a view differs from the room's state where it begins. */
  async differencesOf(room: RoomId, { overlay, changes }: StateView): Promise<StateDifferences> {
    if (overlay === undefined) return changes ?? nothing;
    const stored = flattenLayers(await this.layersOf(room, overlay));
    return changes ? new Map([...stored, ...changes]) : stored;
  }

  /** The keys on which states truly differ, and what each holds; it costs what happened between them. */
  async differences(room: RoomId, views: readonly StateView[]): Promise<ConflictedKey[]> {
    const isOneLine = views.every(({ line }) => line === views[0]?.line);
    if (isOneLine) return differencesOnLine(this, this.parts, room, views);
    const whole = await Promise.all(
      views.map(async (view) => {
        const entries = await this.entriesIn(room, view);
        return new Map(entries.map((entry) => [stateKeyText(entry.type, entry.stateKey), entry]));
      }),
    );
    const keys = new Map(whole.flatMap((entries) => [...entries]));
    return [...keys].flatMap(([name, { type, stateKey }]) => {
      const held = whole.map((entries) => entries.get(name)?.event);
      return held.every((event) => event === held[0]) ? [] : [{ key: [type, stateKey] as const, held }];
    });
  }

  /** Changes of a line's state behind `after` and up to `through`, in order; at most `limit`. */
  changesBetween(
    room: RoomId,
    line: number,
    bounds: { readonly after: Position; readonly through: Position; readonly limit?: number },
  ): Promise<PlacedChange[]> {
    return this.changesOnLine(room, line, bounds);
  }

  graphEvents(ids: readonly EventId[]): Promise<(GraphFact | undefined)[]> {
    return readGraphEvents(this, this.parts, ids);
  }

  /** The state events that name an event among their auth events. */
  async *referrers(room: RoomId, event: EventId): AsyncGenerator<Referrer> {
    const rows = this.tables.authReferrers.scan(this.snapshot, [room, event]);
    for await (const { key } of rows) {
      const [, , type, stateKey, referrer] = key;
      yield { type, stateKey, event: referrer === '' ? undefined : referrer };
    }
  }

  /**
   * What appending an event to a room leads to. Done in a snapshot before the transaction that appends, it leaves all
   * that was resolved at hand.
   */
  planAppend(room: RoomId, head: RoomHead, event: PlannedEvent): Promise<AppendPlan> {
    return planAppend(this, room, head, event);
  }

  /** The layers of an overlay, the topmost first. */
  layersOf(room: RoomId, overlay: OverlayName | undefined): Promise<OverlayLayer[]> {
    return readLayers(this.parts, this.snapshot, room, overlay);
  }

  /** Whether an overlay is stored. */
  async hasOverlay(room: RoomId, overlay: OverlayName): Promise<boolean> {
    return (await this.tables.overlays.get(this.snapshot, [room, overlay, 0])) !== undefined;
  }
}
