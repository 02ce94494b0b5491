// Staging: a state that came from elsewhere is written as a line of its own, over as many transactions as it takes, while
// the room goes on as it was, or is not known at all yet. What is staged counts once the room flips to the line.
import { memberGroup } from '#databases/rooms/keys';
import type { LineRecord } from '#databases/rooms/records';
import type { RoomsParts } from '#databases/rooms/rooms-parts';
import type { RoomsReader } from '#databases/rooms/rooms-reader';
import { type Membership, memberships } from '#protocol/matrix/event';
import type { EventId, RoomId, UserId } from '#protocol/matrix/identifiers';
import type { Transaction } from '#store/contract';
import { PendingPosition } from '#store/versionstamp';
import { ProtocolError } from '#support/errors';

/** A key of a staged state, and the event that holds it, which is stored. */
export interface StagedEntry {
  readonly type: string;
  readonly stateKey: string;
  readonly event: EventId;
  /** What it says, of a member event. */
  readonly membership?: Membership;
}

/** What a line is staged for; the same again takes up the same line. */
export type StagedState = Pick<LineRecord, 'event' | 'digest' | 'size'>;

/** A line under way: its number, and how many entries are staged. */
export interface StagedLine {
  readonly line: number;
  readonly staged: number;
}

interface Staging {
  readonly reader: RoomsReader;
  readonly transaction: Transaction;
  readonly parts: RoomsParts;
  readonly isLocal: (user: UserId) => boolean;
}

/** The line that is being staged for this already, or a new one. Numbers are never given out twice. */
export async function beginLine(
  { reader, transaction, parts }: Staging,
  room: RoomId,
  { event, digest, size }: StagedState,
): Promise<StagedLine> {
  const records = await reader.lineRecords(room);
  const known = records.find(
    (each) =>
      each.standing === 'staged' && each.event === event && each.digest === digest && each.size === size,
  );
  if (known) return { line: known.line, staged: known.staged };
  const taken = records.reduce((most, { line }) => Math.max(most, line), await reader.line(room));
  const line = taken + 1;
  const at = new PendingPosition(transaction.nextOrder());
  const value: LineRecord = { event, digest, size, staged: 0, standing: 'staged' };
  parts.tables.lines.set(transaction, [room, line], { at, value });
  return { line, staged: 0 };
}

/**
 * Stages the entries that follow the first `from` of a state: four rows each, at most. Answers how many are staged then.
 * @throws ProtocolError unavailable where the line is no longer wanted, or somebody else stages it
 */
export async function stageEntries(
  { reader, transaction, parts, isLocal }: Staging,
  room: RoomId,
  line: number,
  from: number,
  entries: readonly StagedEntry[],
): Promise<number> {
  const { tables } = parts;
  const record = await reader.lineRecord(room, line);
  if (record?.standing !== 'staged' || record.staged !== from) throw overtaken();
  const counts = new Map<Membership, number>();
  for (const { type, stateKey, event, membership = 'leave' } of entries) {
    const at = new PendingPosition(transaction.nextOrder());
    tables.stateNow.set(transaction, [room, line, type, stateKey], { at, value: event });
    tables.stateByKey.set(transaction, [room, line, type, stateKey, at], event);
    tables.stateByTime.set(transaction, [room, line, at], { type, stateKey, event });
    if (type !== 'm.room.member') continue;
    const user = stateKey as UserId;
    tables.members.set(transaction, [room, memberGroup(line, membership), user], { at, value: event });
    if (isLocal(user)) tables.localMembers.set(transaction, [room, line, user], true);
    counts.set(membership, (counts.get(membership) ?? 0) + 1);
  }
  for (const [membership, count] of counts) {
    tables.memberCounts.add(transaction, [room, memberGroup(line, membership)], count);
  }
  const { event, digest, size } = record;
  const staged = from + entries.length;
  const at = new PendingPosition(transaction.nextOrder());
  const value: LineRecord = { event, digest, size, staged, standing: 'staged' };
  tables.lines.set(transaction, [room, line], { at, value });
  return staged;
}

/** Takes a line that is not wanted any more away; nothing happens to one that counts. */
export async function dropLine(
  { reader, transaction, parts }: Pick<Staging, 'reader' | 'transaction' | 'parts'>,
  room: RoomId,
  line: number,
): Promise<void> {
  const record = await reader.lineRecord(room, line);
  if (record?.standing !== 'staged') return;
  const { lines, stateNow, stateByKey, stateByTime, members, memberCounts, localMembers } = parts.tables;
  for (const table of [stateNow, stateByKey, stateByTime, localMembers]) {
    table.clearRange(transaction, [room, line]);
  }
  for (const membership of memberships) {
    const group = memberGroup(line, membership);
    members.clearRange(transaction, [room, group]);
    memberCounts.clear(transaction, [room, group]);
  }
  const { event, digest, size } = record;
  const at = new PendingPosition(transaction.nextOrder());
  lines.set(transaction, [room, line], {
    at,
    value: { event, digest, size, staged: 0, standing: 'dropped' },
  });
}

/** What another join of the room has done in the meantime leaves this one nothing to do. */
export function overtaken(): ProtocolError {
  return new ProtocolError('unavailable', 'The room was joined in another way meanwhile; try again.');
}
