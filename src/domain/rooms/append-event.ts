// Makes an event of ours follow a room's history: choose its auth events, judge it by the room version's rules on the
// state before it, hash, sign (aside, while the next is judged), store. Server-Server API, "Auth events selection" and "Authorization rules".

import type { EventMark } from '#databases/rooms/records';
import type { RoomDraft } from '#databases/rooms/room-draft';
import { appendAfterSome } from '#domain/rooms/append-after-some';
import { draftEvent } from '#domain/rooms/draft-event';
import { inviteStateFor } from '#domain/rooms/invite-state';
import type { Rooms } from '#domain/rooms/rooms';
import { authEventKeys } from '#protocol/matrix/auth-events';
import { authorise } from '#protocol/matrix/auth-rules';
import { prepareEvent, type UnsignedEvent } from '#protocol/matrix/build-event';
import type { EventDraft, EventReference } from '#protocol/matrix/event';
import { referenceTo } from '#protocol/matrix/hashes';
import type { UserId } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import { type RoomVersion, roomVersion } from '#protocol/matrix/room-versions';
import { signTextAside } from '#protocol/matrix/signing';
import { ProtocolError } from '#support/errors';
import { prevEventsMax } from '#support/limits';

/** An event that somebody wants to happen. */
export interface Proposal {
  readonly type: string;
  readonly sender: UserId;
  readonly content: JsonObject;
  /** Present for state events. */
  readonly stateKey?: string;
  /** When its sender sent it, in milliseconds since the Unix epoch. */
  readonly atMs: number;
  readonly sentBy?: NonNullable<EventMark['sentBy']>;
}

/** Judges a proposal on the draft and appends it. Throws `forbidden` where the rules do not allow it. */
export async function appendEvent(
  rooms: Rooms,
  draft: RoomDraft,
  proposal: Proposal,
): Promise<UnsignedEvent> {
  const version = roomVersion(draft.record.version);
  if (draft.head.extremities.length > prevEventsMax) return appendAfterSome(rooms, draft, proposal, version);
  const built = await judgeAndBuild(rooms, draft, proposal, version);
  const { pdu, eventId, signedText, withSignature } = built;
  const signed = signTextAside(signedText, rooms.signingKey).then(withSignature);
  // Whoever finishes the draft waits for it; where nobody does, nobody minds how it ends.
  signed.catch(() => undefined);
  await draft.append({
    pdu,
    eventId,
    signed,
    ...(built.isPlain ? {} : { hasExactNumbers: true as const }),
    ...(proposal.sentBy ? { sentBy: proposal.sentBy } : {}),
    ...(await inviteStateFor(draft, pdu)),
  });
  return built;
}

async function judgeAndBuild(
  rooms: Rooms,
  draft: RoomDraft,
  proposal: Proposal,
  version: RoomVersion,
): Promise<UnsignedEvent> {
  const unauthorised = await draftEvent(rooms, draft, proposal, version);
  const authEvents: EventReference[] = [];
  for (const [authType, authKey] of authEventKeys(unauthorised, version)) {
    const authEvent = await draft.authEvent(authType, authKey);
    if (authEvent) authEvents.push(referenceTo(authEvent.eventId, authEvent.pdu, version));
  }
  // The rules read the create event too where it is only implied.
  await draft.authEvent('m.room.create', '');
  const event: EventDraft = { ...unauthorised, auth_events: authEvents };
  const verdict = authorise(event, version, (authType, authKey) => draft.knownState(authType, authKey), {
    isSignedBy: (server) => server === rooms.signingKey.server,
  });
  if (!verdict.allowed) throw new ProtocolError('forbidden', verdict.reason);
  return prepareEvent(event, version, rooms.signingKey);
}
