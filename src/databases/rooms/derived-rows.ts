// The derived tables of the rooms database as readable keys and values, so that what should be there can be compared
// with what is.
import type { RoomsTables } from '#databases/rooms/rooms-parts';
import type { Snapshot } from '#store/contract';

const derivedNames = [
  'events',
  'heads',
  'lines',
  'stateNow',
  'stateByKey',
  'stateByTime',
  'overlays',
  'authReferrers',
  'members',
  'memberCounts',
  'localMembers',
  'memberships',
  'membershipStream',
  'invites',
  'roomAliases',
  'receiptSlots',
] as const;

export type DerivedName = (typeof derivedNames)[number];

export type Derived = Record<DerivedName, Map<string, string>>;

export function emptyDerived(): Derived {
  return Object.fromEntries(derivedNames.map((name) => [name, new Map<string, string>()])) as Derived;
}

export function keyOf(...parts: readonly unknown[]): string {
  return parts.map(String).join(' | ');
}

/** Reads all derived rows at one snapshot. */
export async function readDerived(
  tables: RoomsTables,
  snapshot: Snapshot,
): Promise<{ found: Derived; rows: number }> {
  const found = emptyDerived();
  for await (const { key, value } of tables.events.scan(snapshot))
    found.events.set(key[0], `${value.value} ${value.at}`);
  for await (const { key, value } of tables.heads.scan(snapshot)) {
    found.heads.set(key[0], keyOf([...value.extremities].sort(), value.depth, value.line));
  }
  for await (const { key, value } of tables.lines.scan(snapshot)) {
    found.lines.set(keyOf(...key), keyOf(value.value.standing, value.value.staged));
  }
  for await (const { key, value } of tables.stateNow.scan(snapshot))
    found.stateNow.set(keyOf(...key), `${value.value} ${value.at}`);
  for await (const { key, value } of tables.stateByKey.scan(snapshot))
    found.stateByKey.set(keyOf(...key), value);
  for await (const { key, value } of tables.stateByTime.scan(snapshot)) {
    found.stateByTime.set(keyOf(...key), keyOf(value.type, value.stateKey, value.event));
  }
  for await (const { key } of tables.overlays.scan(snapshot)) found.overlays.set(keyOf(key[0], key[1]), '');
  for await (const { key } of tables.authReferrers.scan(snapshot)) {
    found.authReferrers.set(keyOf(...key), '');
  }
  for await (const { key, value } of tables.members.scan(snapshot))
    found.members.set(keyOf(...key), `${value.value} ${value.at}`);
  for await (const { key, value } of tables.memberCounts.scan(snapshot)) {
    if (value !== 0) found.memberCounts.set(keyOf(...key), String(value));
  }
  for await (const { key } of tables.localMembers.scan(snapshot)) found.localMembers.set(keyOf(...key), '');
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
