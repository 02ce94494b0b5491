// What the primary rows of one room make of the derived tables: its stream and asides, the changes of its state in
// order, and the overlays. Memberships follow the changes of the state, whichever event brought them about.
import { expectMembers } from '#databases/rooms/check-members';
import { expectReferrers } from '#databases/rooms/check-referrers';
import { type Derived, keyOf } from '#databases/rooms/derived-rows';
import { placeText } from '#databases/rooms/event-reader';
import type { Flip } from '#databases/rooms/line-reader';
import { type OverlayLayer, unpackLayer } from '#databases/rooms/overlays';
import type { EventMark, OverlayName, StoredEvent } from '#databases/rooms/records';
import type { RoomsTables } from '#databases/rooms/rooms-parts';
import { isState, type Pdu, prevEventIds } from '#protocol/matrix/event';
import type { EventId, RoomId, UserId } from '#protocol/matrix/identifiers';
import { plainNumber } from '#protocol/matrix/integers';
import type { JsonValue } from '#protocol/matrix/json';
import { parseJson } from '#protocol/matrix/parse-json';
import { readChunks } from '#store/chunks';
import type { Position, Snapshot } from '#store/contract';
import { overlayDepthMax } from '#support/limits';

export interface CheckedEvent {
  readonly at: Position;
  readonly mark: EventMark;
  readonly pdu: Pdu;
}

/** One change of the state, as it should be told. */
export interface Change {
  readonly line: number;
  readonly at: Position;
  readonly type: string;
  readonly stateKey: string;
  readonly event: EventId | undefined;
}

/** Adds what the room's rows should be to `expected`; answers how many primary rows it read. */
export async function expectRoom(
  tables: RoomsTables,
  snapshot: Snapshot,
  room: RoomId,
  isLocal: (user: UserId) => boolean,
  expected: Derived,
): Promise<number> {
  const events = await readEvents(tables, snapshot, room);
  for (const { mark, at } of events.values()) {
    expected.events.set(mark.eventId, `${placeText(room, mark.standing !== undefined)} ${at}`);
  }
  const changes = await expectChanges(tables, snapshot, room, events, expected);
  const flips = await expectLines(tables, snapshot, room, changes, expected);
  expectHead(room, events, flips, expected);
  const listed = await listedMembers(tables, snapshot, room, events);
  expectMembers(room, { changes, flips, events, listed }, isLocal, expected);
  const overlays = await expectOverlays(tables, snapshot, room, events, expected);
  await expectReferrers(tables, snapshot, room, events, expected);
  return events.size + changes.length + overlays;
}

/** A room from before there were generations may lack its members of then in the list of local ones. */
async function listedMembers(
  tables: RoomsTables,
  snapshot: Snapshot,
  room: RoomId,
  events: ReadonlyMap<EventId, CheckedEvent>,
): Promise<ReadonlySet<string> | undefined> {
  const isOlder = events.values().some(({ mark, pdu }) => isState(pdu) && mark.generation === undefined);
  if (!isOlder) return undefined;
  const rows = await tables.localMembers.list(snapshot, [room]);
  return new Set(rows.map(({ key: [, line, user] }) => keyOf(line, user)));
}

/** All events of the room by id, in the order of their positions. */
async function readEvents(
  tables: RoomsTables,
  snapshot: Snapshot,
  room: RoomId,
): Promise<Map<EventId, CheckedEvent>> {
  const events: CheckedEvent[] = [];
  for (const table of [tables.timeline, tables.asides]) {
    for await (const { key, value } of table.scan(snapshot, [room])) events.push(readEvent(key[1], value));
  }
  events.sort((a, b) => (a.at < b.at ? -1 : 1));
  return new Map(events.map((event) => [event.mark.eventId, event]));
}

function readEvent(at: Position, { json, ...mark }: StoredEvent): CheckedEvent {
  const value = mark.hasExactNumbers
    ? parseJson(json).value
    : (JSON.parse(json.toString('utf8')) as JsonValue);
  return { at, mark, pdu: value as unknown as Pdu };
}

/**
 * The extremities are what no accepted event follows, be it through events that lie aside, since the room is on its line.
 * A room of which nothing but outliers is stored has no head yet.
 */
function expectHead(
  room: RoomId,
  events: ReadonlyMap<EventId, CheckedEvent>,
  flips: readonly Flip[],
  expected: Derived,
): void {
  const last = flips.at(-1);
  const extremities = new Set<EventId>();
  let depth = 0;
  for (const { at, mark, pdu } of events.values()) {
    if (mark.standing !== undefined) continue;
    depth = Math.max(depth, plainNumber(pdu.depth));
    if (last && at < last.at) continue;
    const reached = new Set(prevEventIds(pdu));
    for (const id of reached) {
      extremities.delete(id);
      const previous = events.get(id);
      if (previous?.mark.standing === undefined || previous.mark.standing === 'outlier') continue;
      for (const further of prevEventIds(previous.pdu)) reached.add(further);
    }
    extremities.add(mark.eventId);
  }
  if (extremities.size === 0) return;
  expected.heads.set(room, keyOf([...extremities].sort(), depth, last?.line ?? 0));
}

/** An event that recorded no other state before it is a change where it lies; resolution brings further ones. */
async function expectChanges(
  tables: RoomsTables,
  snapshot: Snapshot,
  room: RoomId,
  events: ReadonlyMap<EventId, CheckedEvent>,
  expected: Derived,
): Promise<Change[]> {
  const changes = new Map<string, Change>();
  for await (const { key, value } of tables.stateByTime.scan(snapshot, [room])) {
    const [, line, at] = key;
    const pdu = value.event === null ? undefined : events.get(value.event)?.pdu;
    // The key of a change is that of its event.
    const { type, stateKey } = pdu && isState(pdu) ? { type: pdu.type, stateKey: pdu.state_key } : value;
    const event = value.event === null || pdu ? (value.event ?? undefined) : undefined;
    changes.set(keyOf(line, at), { line, at, type, stateKey, event });
  }
  for (const { at, mark, pdu } of events.values()) {
    if (!isState(pdu) || mark.standing !== undefined || mark.stateBefore) continue;
    const { line, eventId } = mark;
    changes.set(keyOf(line, at), { line, at, type: pdu.type, stateKey: pdu.state_key, event: eventId });
  }
  const inOrder = [...changes.values()].sort((a, b) => a.line - b.line || (a.at < b.at ? -1 : 1));
  for (const { line, at, type, stateKey, event } of inOrder) {
    expected.stateByTime.set(keyOf(room, line, at), keyOf(type, stateKey, event ?? null));
    expected.stateByKey.set(keyOf(room, line, type, stateKey, at), event ?? '');
    const now = keyOf(room, line, type, stateKey);
    if (event === undefined) expected.stateNow.delete(now);
    else expected.stateNow.set(now, `${event} ${at}`);
  }
  return inOrder;
}

/**
 * The lines that count, in order. One that was dropped has no rows, and of one that is being staged as many keys are there
 * as it says.
 */
async function expectLines(
  tables: RoomsTables,
  snapshot: Snapshot,
  room: RoomId,
  changes: readonly Change[],
  expected: Derived,
): Promise<Flip[]> {
  const flips: Flip[] = [];
  for await (const { key, value } of tables.lines.scan(snapshot, [room])) {
    const [, line] = key;
    const { standing, before } = value.value;
    const at = value.at as Position;
    const counts = standing === 'counted';
    const staged = changes.filter((change) => change.line === line && (!counts || change.at <= at)).length;
    expected.lines.set(keyOf(room, line), keyOf(standing, staged));
    if (counts) flips.push({ at, line, before });
  }
  return flips;
}

/** Every overlay that an event or another overlay names is there, and none is deeper than allowed. */
async function expectOverlays(
  tables: RoomsTables,
  snapshot: Snapshot,
  room: RoomId,
  events: ReadonlyMap<EventId, CheckedEvent>,
  expected: Derived,
): Promise<number> {
  const layers = new Map<OverlayName, OverlayLayer>();
  for await (const { key } of tables.overlays.scan(snapshot, [room])) {
    const [, name, chunk] = key;
    const bytes = chunk === 0 ? await readChunks(snapshot, tables.overlays.key([room, name])) : undefined;
    if (bytes) layers.set(name, unpackLayer(name, bytes));
  }
  for (const { mark } of events.values()) {
    const { overlay } = mark.stateBefore ?? {};
    let depth = 0;
    for (let name = overlay; name !== undefined && depth <= overlayDepthMax; depth++) {
      expected.overlays.set(
        keyOf(room, name),
        depth < overlayDepthMax ? '' : `no deeper than ${overlayDepthMax}`,
      );
      name = layers.get(name)?.parent;
    }
  }
  return layers.size;
}
