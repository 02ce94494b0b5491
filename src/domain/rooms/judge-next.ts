// Judges an event from another server that follows everything there is in the room, on a draft: then the state before
// it is the room's own, and most of what the rules read is at hand, as for events of ours.
import { isRejected } from '#databases/rooms/records';
import type { RoomDraft } from '#databases/rooms/room-draft';
import type { RoomsReader } from '#databases/rooms/rooms-reader';
import type { CheckedPdu } from '#domain/rooms/checked-pdu';
import { authorisingKeys, type Judged, type MissingEvents } from '#domain/rooms/judge-received';
import type { AuthEvent } from '#protocol/matrix/auth-events';
import type { AuthState } from '#protocol/matrix/auth-rules';
import { authEventIds, type Pdu } from '#protocol/matrix/event';
import type { EventId } from '#protocol/matrix/identifiers';
import { judgeOnReceipt } from '#protocol/matrix/judge-pdu';
import type { RoomVersion } from '#protocol/matrix/room-versions';

export async function judgeNext(
  draft: RoomDraft,
  reader: RoomsReader,
  version: RoomVersion,
  { pdu, isSignedBy }: CheckedPdu,
): Promise<Judged | MissingEvents> {
  const held = new Map<EventId, Pdu>();
  for (const [type, stateKey] of authorisingKeys(pdu, version)) {
    const event = await draft.authEvent(type, stateKey);
    if (event) held.set(event.eventId, event.pdu);
  }
  const authEvents: AuthEvent[] = [];
  const missing: EventId[] = [];
  for (const id of authEventIds(pdu)) {
    const current = held.get(id);
    // What this transaction appended cannot be read from the store; it may lie aside, rejected.
    const appended = draft.appended(id);
    const [fact] = current || appended ? [] : await reader.graphEvents([id]);
    if (current) authEvents.push({ event: current, rejected: false });
    else if (appended) authEvents.push({ event: appended.pdu, rejected: isRejected(appended.mark) });
    else if (fact) authEvents.push({ event: fact.pdu, rejected: fact.rejected });
    else missing.push(id);
  }
  if (missing.length > 0) return { missing };
  const authorising: AuthState = (type, stateKey) => draft.knownState(type, stateKey);
  const judgement = judgeOnReceipt(pdu, version, {
    authEvents,
    create: authorising('m.room.create', ''),
    before: authorising,
    current: undefined,
    facts: { isSignedBy },
  });
  return { judgement, authorising };
}
