// How a room stood to a user at an event on a fork: by the state before that event, which the room's state at the time of
// its arrival need not be. Client-Server API, "Room History Visibility": events are judged by the state at the event.
import type { TimelineEvent } from '#databases/rooms/records';
import type { RoomsReader } from '#databases/rooms/rooms-reader';
import type { RoomView } from '#domain/rooms/reading/room-view';
import { membershipOf, type Pdu } from '#protocol/matrix/event';
import { historyVisibilityOf, type VisibilityFacts } from '#protocol/matrix/history-visibility';
import { redactionTarget } from '#protocol/matrix/redaction';
import { roomVersion } from '#protocol/matrix/room-versions';

/** What the state before the event says: two rows each for the visibility and the user's membership. */
export async function factsAtFork(
  reader: RoomsReader,
  { room, user, membership, lastJoinedAt }: RoomView,
  event: TimelineEvent,
): Promise<VisibilityFacts> {
  const before = await reader.stateBefore(event);
  const held = async (type: string, stateKey: string): Promise<Pdu | undefined> => {
    const id = await reader.entryIn(room, before, type, stateKey);
    return id === undefined ? undefined : (await reader.anyEvent(id))?.pdu;
  };
  const [visibility, member] = await Promise.all([
    held('m.room.history_visibility', ''),
    held('m.room.member', user),
  ]);
  return {
    visibility: historyVisibilityOf(visibility),
    membership: membershipOf(member),
    // Where the fork knows nothing of a join, the join is not before the event: then the user came after it was sent.
    joinedAfter: membership === 'join' || (lastJoinedAt !== undefined && lastJoinedAt > event.at),
  };
}

/**
 * False for a redaction that has emptied nothing: "they should not be sent to clients until both the redaction event and
 * the event the redaction affects have been received, and can be validated" (room version 3, "Handling redactions").
 */
export async function isShownToClients(reader: RoomsReader, { pdu, room }: TimelineEvent): Promise<boolean> {
  if (pdu.type !== 'm.room.redaction') return true;
  const record = await reader.room(room);
  const target = record && redactionTarget(pdu, roomVersion(record.version));
  if (target === undefined) return true;
  return (await reader.anyEvent(target))?.redactedBy !== undefined;
}
