// What an event that does not simply follow the room's history leads to: which extremities there are then, what the
// room's state becomes (resolved anew from the states after all of them), and how the state before the event is kept.
// Planning reads and computes only, so that it can be rehearsed before the transaction that writes.
import { generationOver } from '#databases/rooms/auth-referrers';
import type { GraphFact } from '#databases/rooms/graph-facts';
import type { GraphReader } from '#databases/rooms/graph-reader';
import { layerOver, type OverlayLayer } from '#databases/rooms/overlays';
import type { RoomHead, StateBefore } from '#databases/rooms/records';
import { type KeyedEvent, type StateView, viewAfter } from '#databases/rooms/state-view';
import { authEventIds, type Pdu, prevEventIds } from '#protocol/matrix/event';
import { referenceHash } from '#protocol/matrix/hashes';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import type { ConflictedKey } from '#protocol/matrix/resolution/questions';
import { type RoomVersion, roomVersion } from '#protocol/matrix/room-versions';
import { stateKeyText } from '#protocol/matrix/state-keys';
import { lastPosition } from '#store/versionstamp';
import { ProtocolError } from '#support/errors';
import { extremitiesBytesMax, rebaseChangesMax } from '#support/limits';

/** An event, and the state before it. */
export interface PlannedEvent {
  readonly eventId: EventId;
  readonly pdu: Pdu;
  readonly before: StateView;
}

/** How the state before an event is kept; `layer` is an overlay to be written for it. */
export interface StatePlace {
  /** Undefined: it is the room's state just before the event's own position. */
  readonly stateBefore: StateBefore | undefined;
  readonly layer: OverlayLayer | undefined;
}

export interface AppendPlan extends StatePlace {
  readonly extremities: readonly EventId[];
  /** What the room's state holds now and held before, for each key that changes: the event's own change comes first. */
  readonly changes: readonly StateShift[];
}

export interface StateShift {
  readonly type: string;
  readonly stateKey: string;
  readonly now: EventId | undefined;
  readonly before: EventId | undefined;
}

/** Plans an accepted event. Throws `unavailable` where the room would have more extremities than can be kept. */
export async function planAppend(
  reader: GraphReader,
  room: RoomId,
  head: RoomHead,
  event: PlannedEvent,
): Promise<AppendPlan> {
  const { eventId, pdu } = event;
  const current = await reader.currentState(room);
  const extremities = await extremitiesAfter(reader, head.extremities, event);
  if (Buffer.byteLength(JSON.stringify(extremities)) > extremitiesBytesMax) throw tooManyExtremities();
  const others = extremities.filter((id) => id !== eventId);
  const version = await versionOf(reader, room);
  const states = [...(await reader.statesAfter(room, others)), viewAfterNewcomer(version, event)];
  const earlier = await reader.statesAfter(room, head.extremities);
  const resolved = async () => reader.resolveViews(room, version, states, await asFact(reader, event));
  const changes = areSame(states, earlier)
    ? []
    : (await reader.differences(room, [await resolved(), current])).map(toShift);
  const isOwn = ({ type, stateKey }: StateShift) => type === pdu.type && stateKey === pdu.state_key;
  changes.sort((a, b) => Number(isOwn(b)) - Number(isOwn(a)) || compareKeys(a, b));

  const place = await placeState(reader, room, current, event);
  // An event of which nothing is said changes the room's state by itself and by no more: with other changes, say what was
  // before, so that whoever reads the event knows that there were such.
  const isPlain =
    pdu.state_key === undefined ? changes.length === 0 : changes.length === 1 && changes[0]?.now === eventId;
  const { line, position } = current;
  const stateBefore = place.stateBefore ?? (isPlain ? undefined : { line, position });
  return { extremities, changes, stateBefore, layer: place.layer };
}

/** It passes: what members of this server send follows many of them at once. */
function tooManyExtremities(): ProtocolError {
  return new ProtocolError(
    'unavailable',
    'Too many events of this room are followed by no other for one more.',
  );
}

function areSame(some: readonly StateView[], others: readonly StateView[]): boolean {
  const names = new Set(some.map(({ name }) => name));
  const otherNames = new Set(others.map(({ name }) => name));
  return names.size === otherNames.size && others.every(({ name }) => names.has(name));
}

async function versionOf(reader: GraphReader, room: RoomId): Promise<RoomVersion> {
  const record = await reader.room(room);
  if (!record) throw new Error(`there is no room ${room}`);
  return roomVersion(record.version);
}

/**
 * The state after an event that is not stored yet. Where servers choose ids, another event may come to be stored under
 * the same one: what is remembered of states by their names must not be taken for a state after that.
 */
function viewAfterNewcomer(version: RoomVersion, { eventId, pdu, before }: PlannedEvent): StateView {
  const view = viewAfter(before, eventId, pdu);
  if (version.eventIds !== 'chosen' || pdu.state_key === undefined) return view;
  return { ...view, name: `${view.name}#${referenceHash(pdu, version)}` };
}

/** An accepted event as a node of the auth graph, before it is stored. */
async function asFact(reader: GraphReader, { eventId, pdu }: PlannedEvent): Promise<GraphFact> {
  const named = await reader.graphEvents(authEventIds(pdu));
  const generation = generationOver(named.filter((fact) => fact !== undefined));
  return {
    eventId,
    pdu,
    rejected: false,
    generation,
    isIndexed: true,
    storedFrom: lastPosition,
    isOutlier: false,
  };
}

function toShift({ key: [type, stateKey], held: [now, before] }: ConflictedKey): StateShift {
  return { type, stateKey, now, before };
}

function compareKeys(a: StateShift, b: StateShift): number {
  return stateKeyText(a.type, a.stateKey) < stateKeyText(b.type, b.stateKey) ? -1 : 1;
}

/**
 * The extremities once an accepted event is there: without its predecessors, and without those that they follow through
 * rejected and soft-failed events only, which are no extremities themselves.
 */
async function extremitiesAfter(
  reader: GraphReader,
  extremities: readonly EventId[],
  { eventId, pdu }: PlannedEvent,
): Promise<EventId[]> {
  const left = new Set(extremities);
  const reached = new Set(prevEventIds(pdu));
  for (const id of reached) {
    if (left.delete(id)) continue;
    const previous = await reader.anyEvent(id);
    if (previous?.standing === undefined) continue;
    for (const further of prevEventIds(previous.pdu)) reached.add(further);
  }
  return [...left, eventId];
}

/**
 * Chooses how the state before an event is kept: as it was reached, on an older position, or as differences from the
 * room's state as it is now, whichever holds fewer. So an extremity that nobody merges does not turn the room's whole
 * future into an overlay.
 */
export async function placeState(
  reader: GraphReader,
  room: RoomId,
  current: StateView,
  { eventId, before }: PlannedEvent,
): Promise<StatePlace> {
  const { line, position, overlay, changes } = before;
  if (before.name === current.name) return { stateBefore: undefined, layer: undefined };
  const base = { line, position, ...(overlay === undefined ? {} : { overlay }) };
  if (!changes) return { stateBefore: base, layer: undefined };

  const layers = await reader.layersOf(room, overlay);
  const keptSize = layers.reduce((sum, { entries }) => sum + entries.size, changes.size);
  const fromCurrent = await fewDifferences(reader, room, before, current, keptSize);
  if (fromCurrent?.length === 0) return { stateBefore: undefined, layer: undefined };
  const newest = { line: current.line, position: current.position };
  if (fromCurrent && fromCurrent.length < keptSize) {
    const entries = new Map(
      fromCurrent.map(({ key: [type, stateKey], held: [event] }): [string, KeyedEvent] => [
        stateKeyText(type, stateKey),
        { type, stateKey, event },
      ]),
    );
    return { stateBefore: { ...newest, overlay: eventId }, layer: { name: eventId, entries } };
  }
  const name = before.changesName ?? eventId;
  const stateBefore = { line, position, overlay: name };
  const isShared = before.changesName !== undefined && (await reader.hasOverlay(room, name));
  return { stateBefore, layer: isShared ? undefined : layerOver(name, layers, changes) };
}

/** How a state differs from the room's now; undefined where finding out would cost much. */
async function fewDifferences(
  reader: GraphReader,
  room: RoomId,
  view: StateView,
  current: StateView,
  keptSize: number,
): Promise<ConflictedKey[] | undefined> {
  if (view.line !== current.line || keptSize > rebaseChangesMax) return undefined;
  const since = await reader.changesBetween(room, view.line, {
    after: view.position,
    through: current.position,
    limit: rebaseChangesMax + 1,
  });
  return since.length > rebaseChangesMax ? undefined : reader.differences(room, [view, current]);
}
