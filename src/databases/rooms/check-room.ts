// What the primary rows of one room make of the derived tables: its stream and asides, the changes of its state in
// order, and the overlays. Memberships follow the changes of the state, whichever event brought them about.
import { expectReferrers } from '#databases/rooms/check-referrers';
import { type Derived, keyOf } from '#databases/rooms/derived-rows';
import { placeText } from '#databases/rooms/event-reader';
import { type OverlayLayer, unpackLayer } from '#databases/rooms/overlays';
import type { EventMark, OverlayName, StoredEvent } from '#databases/rooms/records';
import type { RoomsTables } from '#databases/rooms/rooms-parts';
import { isState, type Membership, membershipOf, type Pdu, prevEventIds } from '#protocol/matrix/event';
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
interface Change {
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
  expectHead(room, events, expected);
  const changes = await expectChanges(tables, snapshot, room, events, expected);
  expectMembers(room, changes, events, isLocal, expected);
  const overlays = await expectOverlays(tables, snapshot, room, events, expected);
  await expectReferrers(tables, snapshot, room, events, expected);
  return events.size + changes.length + overlays;
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

/** The extremities are what no accepted event follows, be it through events that lie aside. */
function expectHead(room: RoomId, events: ReadonlyMap<EventId, CheckedEvent>, expected: Derived): void {
  const extremities = new Set<EventId>();
  let depth = 0;
  for (const { mark, pdu } of events.values()) {
    if (mark.standing !== undefined) continue;
    const reached = new Set(prevEventIds(pdu));
    for (const id of reached) {
      extremities.delete(id);
      const previous = events.get(id);
      if (previous?.mark.standing === undefined || previous.mark.standing === 'outlier') continue;
      for (const further of prevEventIds(previous.pdu)) reached.add(further);
    }
    extremities.add(mark.eventId);
    depth = Math.max(depth, plainNumber(pdu.depth));
  }
  expected.heads.set(room, keyOf([...extremities].sort(), depth));
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

/** What the state says of a user, and since when it says the same. */
interface Member {
  readonly membership: Membership | undefined;
  readonly eventId: EventId;
  readonly at: Position;
  readonly since: { readonly eventId: EventId; readonly at: Position };
}

function expectMembers(
  room: RoomId,
  changes: readonly Change[],
  events: ReadonlyMap<EventId, CheckedEvent>,
  isLocal: (user: UserId) => boolean,
  expected: Derived,
): void {
  const members = new Map<string, Member>();
  for (const { at, type, stateKey, event } of changes) {
    if (type !== 'm.room.member') continue;
    const before = members.get(stateKey);
    const eventId = event ?? before?.eventId;
    if (eventId === undefined) continue;
    const membership = event === undefined ? undefined : (membershipOf(events.get(event)?.pdu) ?? 'leave');
    const isSame = before !== undefined && before.membership === membership;
    members.set(stateKey, { membership, eventId, at, since: isSame ? before.since : { eventId, at } });
  }
  const counts = new Map<Membership, number>();
  for (const [user, { membership, eventId, at, since }] of members) {
    if (membership) {
      expected.members.set(keyOf(room, membership, user), `${eventId} ${at}`);
      counts.set(membership, (counts.get(membership) ?? 0) + 1);
    }
    if (!isLocal(user as UserId)) continue;
    const standing = membership ?? 'leave';
    expected.memberships.set(keyOf(user, room), keyOf(standing, since.eventId, since.at));
    expected.membershipStream.set(keyOf(user, since.at), keyOf(room, standing));
    if (membership === 'invite') expected.invites.set(keyOf(user, room), '');
  }
  for (const [membership, count] of counts) expected.memberCounts.set(keyOf(room, membership), String(count));
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
