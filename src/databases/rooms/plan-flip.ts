// What it means for a room to go over to another line: which lines are left, what the event that begins the new line
// replaces on it, and of which local users the two lines say different things.
import type { LineRecord, RoomHead, TimelineEvent } from '#databases/rooms/records';
import type { RoomsReader } from '#databases/rooms/rooms-reader';
import { overtaken } from '#databases/rooms/stage-line';
import type { Pdu } from '#protocol/matrix/event';
import type { EventId, RoomId, UserId } from '#protocol/matrix/identifiers';
import { lastPosition } from '#store/versionstamp';

/** The line to go to, and the event that it was staged for. */
interface FlipWanted {
  readonly line: number;
  readonly eventId: EventId;
  readonly pdu: Pdu;
}

/** What a local user's member events are on the two lines, where these differ. */
interface MovedMember {
  readonly user: UserId;
  readonly now: TimelineEvent | undefined;
  readonly before: TimelineEvent | undefined;
}

interface FlipPlan {
  readonly record: LineRecord;
  /** Other lines that were staged, and now never will be used. */
  readonly unused: readonly number[];
  /** What holds the event's own key on the line. */
  readonly held: TimelineEvent | undefined;
  readonly members: readonly MovedMember[];
}

/**
 * A few rows for each local user, whatever the size of the room.
 * @throws ProtocolError unavailable where another line came first
 */
export async function planFlip(
  reader: RoomsReader,
  room: RoomId,
  head: RoomHead,
  { line, eventId, pdu }: FlipWanted,
): Promise<FlipPlan> {
  const records = await reader.lineRecords(room);
  const wanted = records.find((record) => record.line === line);
  if (wanted?.standing !== 'staged' || line <= head.line) throw overtaken();
  const { event, digest, size, staged } = wanted;
  if (event !== eventId || staged !== size) throw new Error(`line ${line} of ${room} is not ready`);
  const before = head.extremities.length > 0 ? head.line : undefined;
  const held = async (onLine: number | undefined, type: string, stateKey: string) => {
    if (onLine === undefined) return undefined;
    const id = await reader.heldOnLine(room, { line: onLine, position: lastPosition }, type, stateKey);
    return id === undefined ? undefined : reader.anyEvent(id);
  };
  const users = new Set(await reader.localMembers(room, line));
  if (before !== undefined) for (const user of await reader.localMembers(room, before)) users.add(user);
  const members: MovedMember[] = [];
  for (const user of users) {
    const now = await held(line, 'm.room.member', user);
    const earlier = await held(before, 'm.room.member', user);
    if (now?.eventId !== earlier?.eventId) members.push({ user, now, before: earlier });
  }
  return {
    record: { event, digest, size, staged, standing: 'counted', ...(before === undefined ? {} : { before }) },
    unused: records.flatMap((each) => (each.standing === 'staged' && each.line !== line ? [each.line] : [])),
    held: pdu.state_key === undefined ? undefined : await held(line, pdu.type, pdu.state_key),
    members,
  };
}
