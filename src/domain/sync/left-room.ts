// A room that the user has left, in a sync: up to the leave and no further. Client-Server API, "GET /sync", LeftRoom.
import type { Position } from '#databases/positions';
import type { RoomsReader, UserMembership } from '#databases/rooms/rooms-reader';
import { presentEvents } from '#domain/rooms/reading/present-events';
import { stateKeyThrough } from '#domain/rooms/reading/read-state';
import { viewOfStanding } from '#domain/rooms/reading/room-view';
import { audienceOf, type HistorySections, readSections } from '#domain/sync/joined-room';
import type { SentMembers } from '#domain/sync/sent-members';
import type { SyncFrame } from '#domain/sync/sync-request';
import { membershipOf } from '#protocol/matrix/event';

/**
 * What the user may still be told of a room that they are no longer in, or never were (a declined invite, a ban): the
 * event that says so, and what happened before it while they were there.
 */
export async function readLeftRoom(
  reader: RoomsReader,
  sentMembers: SentMembers,
  frame: SyncFrame,
  standing: UserMembership,
  since: Position | undefined,
): Promise<HistorySections> {
  const { userId } = frame.asker;
  const view = await viewOfStanding(reader, userId, standing);
  const { leftAt } = view;
  if (leftAt === undefined || (since !== undefined && leftAt <= since)) {
    return onlyTheEvent(reader, frame, standing);
  }
  // Whoever came and went since the token knows nothing of the room.
  const before = since && (await stateKeyThrough(reader, standing.room, since, 'm.room.member', userId));
  const known = membershipOf(before?.pdu) === 'join' ? since : undefined;
  const sections = await readSections(reader, sentMembers, frame, {
    view,
    since: known,
    through: leftAt,
    isWhole: frame.request.fullState || known === undefined,
  });
  if ((await reader.whereIs(standing.event))?.at === leftAt) return sections;
  const { timeline } = await onlyTheEvent(reader, frame, standing);
  return { ...sections, timeline: [...sections.timeline, ...timeline] };
}

async function onlyTheEvent(
  reader: RoomsReader,
  frame: SyncFrame,
  { event: eventId, membership, room }: UserMembership,
): Promise<HistorySections> {
  const event = await reader.event(eventId);
  const { userId: user } = frame.asker;
  // Where resolution ended the membership, no event of the timeline need say so.
  const says = membershipOf(event?.pdu) === membership;
  const seen = event && says ? [{ event, membership, wasMember: false }] : [];
  return {
    timeline: await presentEvents(reader, { user, room, membership }, audienceOf(frame), seen),
    isLimited: false,
    state: [],
    isStateAfter: frame.request.useStateAfter,
    ephemeral: [],
  };
}
