// The consistency check of the rooms database: from the primary rows (rooms, their streams of events, aliases, the
// entries of streams) every derived row is made anew in memory and compared with what is stored.

import type { RoomsTables } from '#databases/rooms/rooms-parts';
import { isState, membershipOf, type Pdu, prevEventIds } from '#protocol/matrix/event';
import type { EventId, RoomId, UserId } from '#protocol/matrix/identifiers';
import { plainNumber } from '#protocol/matrix/integers';
import type { Position, Snapshot } from '#store/contract';
import { type CheckReport, compareRows, type Difference } from '#support/difference';

/** The derived tables, as readable keys and values. */
type DerivedName =
  | 'events'
  | 'heads'
  | 'stateNow'
  | 'stateByKey'
  | 'stateByTime'
  | 'members'
  | 'memberCounts'
  | 'memberships'
  | 'membershipStream'
  | 'invites'
  | 'roomAliases'
  | 'receiptSlots';

type Derived = Record<DerivedName, Map<string, string>>;

const emptyDerived = (): Derived => ({
  events: new Map(),
  heads: new Map(),
  stateNow: new Map(),
  stateByKey: new Map(),
  stateByTime: new Map(),
  members: new Map(),
  memberCounts: new Map(),
  memberships: new Map(),
  membershipStream: new Map(),
  invites: new Map(),
  roomAliases: new Map(),
  receiptSlots: new Map(),
});

const keyOf = (...parts: readonly unknown[]): string => parts.map(String).join(' | ');

/** Reads the whole database at one snapshot. */
export async function checkRooms(
  tables: RoomsTables,
  snapshot: Snapshot,
  isLocal: (user: UserId) => boolean,
): Promise<CheckReport> {
  const expected = emptyDerived();
  let rowsRead = 0;
  for await (const { key: room } of tables.rooms.scan(snapshot)) {
    rowsRead += 1 + (await expectRoom(tables, snapshot, room[0], isLocal, expected));
  }
  for await (const { key, value } of tables.aliases.scan(snapshot)) {
    rowsRead++;
    expected.roomAliases.set(keyOf(value.room, key[0]), '');
  }
  for await (const { key, value } of tables.receipts.scan(snapshot)) {
    rowsRead++;
    expected.receiptSlots.set(keyOf(key[0], value.slot), key[1]);
  }
  const { found, rows } = await readDerived(tables, snapshot);
  const names = Object.keys(expected) as DerivedName[];
  const differences: Difference[] = names.flatMap((name) => compareRows(name, expected[name], found[name]));
  return { rowsRead: rowsRead + rows, differences };
}

/** What the stream of a room makes of the derived tables; answers how many events it read. */
async function expectRoom(
  tables: RoomsTables,
  snapshot: Snapshot,
  room: RoomId,
  isLocal: (user: UserId) => boolean,
  expected: Derived,
): Promise<number> {
  const counts = new Map<string, number>();
  const members = new Map<
    string,
    { membership: string; at: Position; eventId: EventId; sinceAt: Position; since: EventId }
  >();
  const extremities = new Set<EventId>();
  let depth = 0;
  let line = 0;
  let events = 0;
  for await (const { key, value } of tables.timeline.scan(snapshot, [room])) {
    events++;
    const at = key[1];
    const pdu = JSON.parse(value.json.toString('utf8')) as Pdu;
    const { eventId } = value;
    line = value.line;
    expected.events.set(eventId, `${room} ${at}`);
    for (const previous of prevEventIds(pdu)) extremities.delete(previous);
    extremities.add(eventId);
    depth = Math.max(depth, plainNumber(pdu.depth));
    if (!isState(pdu)) continue;
    expected.stateNow.set(keyOf(room, line, pdu.type, pdu.state_key), `${eventId} ${at}`);
    expected.stateByKey.set(keyOf(room, line, pdu.type, pdu.state_key, at), eventId);
    expected.stateByTime.set(keyOf(room, line, at), keyOf(pdu.type, pdu.state_key, eventId));
    if (pdu.type !== 'm.room.member') continue;
    const membership = membershipOf(pdu) ?? 'leave';
    const before = members.get(pdu.state_key);
    const since = before?.membership === membership ? before : { sinceAt: at, since: eventId };
    members.set(pdu.state_key, { membership, at, eventId, sinceAt: since.sinceAt, since: since.since });
  }
  expected.heads.set(room, keyOf([...extremities].sort(), depth, line));
  for (const [user, { membership, at, eventId, sinceAt, since }] of members) {
    expected.members.set(keyOf(room, membership, user), `${eventId} ${at}`);
    counts.set(membership, (counts.get(membership) ?? 0) + 1);
    if (!isLocal(user as UserId)) continue;
    expected.memberships.set(keyOf(user, room), keyOf(membership, since, sinceAt));
    expected.membershipStream.set(keyOf(user, sinceAt), keyOf(room, membership));
    if (membership === 'invite') expected.invites.set(keyOf(user, room), '');
  }
  for (const [membership, count] of counts) expected.memberCounts.set(keyOf(room, membership), String(count));
  return events;
}

async function readDerived(
  tables: RoomsTables,
  snapshot: Snapshot,
): Promise<{ found: Derived; rows: number }> {
  const found = emptyDerived();
  for await (const { key, value } of tables.events.scan(snapshot))
    found.events.set(key[0], `${value.value} ${value.at}`);
  for await (const { key, value } of tables.heads.scan(snapshot)) {
    found.heads.set(key[0], keyOf([...value.extremities].sort(), value.depth, value.line));
  }
  for await (const { key, value } of tables.stateNow.scan(snapshot))
    found.stateNow.set(keyOf(...key), `${value.value} ${value.at}`);
  for await (const { key, value } of tables.stateByKey.scan(snapshot))
    found.stateByKey.set(keyOf(...key), value);
  for await (const { key, value } of tables.stateByTime.scan(snapshot)) {
    found.stateByTime.set(keyOf(...key), keyOf(value.type, value.stateKey, value.event));
  }
  for await (const { key, value } of tables.members.scan(snapshot))
    found.members.set(keyOf(...key), `${value.value} ${value.at}`);
  for await (const { key, value } of tables.memberCounts.scan(snapshot)) {
    if (value !== 0) found.memberCounts.set(keyOf(...key), String(value));
  }
  for await (const { key, value } of tables.memberships.scan(snapshot)) {
    found.memberships.set(keyOf(...key), keyOf(value.value.membership, value.value.event, value.at));
  }
  for await (const { key, value } of tables.membershipStream.scan(snapshot)) {
    found.membershipStream.set(keyOf(...key), keyOf(value.room, value.membership));
  }
  for await (const { key } of tables.invites.scan(snapshot)) found.invites.set(keyOf(...key), '');
  for await (const { key } of tables.roomAliases.scan(snapshot)) found.roomAliases.set(keyOf(...key), '');
  for await (const { key, value } of tables.receiptSlots.scan(snapshot)) {
    found.receiptSlots.set(keyOf(...key), String(value.at));
  }
  return { found, rows: Object.values(found).reduce((sum, rows) => sum + rows.size, 0) };
}
