// Makes an event of ours follow a room's history: choose its auth events, judge it by the room version's rules on the
// state before it, hash, sign (aside, while the next is judged), store. Server-Server API, "Auth events selection" and "Authorization rules".

import type { EventMark } from '#databases/rooms/records';
import type { RoomDraft } from '#databases/rooms/room-draft';
import { draftEvent } from '#domain/rooms/draft-event';
import type { Rooms } from '#domain/rooms/rooms';
import { authEventKeys } from '#protocol/matrix/auth-events';
import { authorise } from '#protocol/matrix/auth-rules';
import { prepareEvent, type UnsignedEvent } from '#protocol/matrix/build-event';
import { type EventDraft, type EventReference, membershipOf } from '#protocol/matrix/event';
import { referenceTo } from '#protocol/matrix/hashes';
import type { UserId } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import { type RoomVersion, roomVersion } from '#protocol/matrix/room-versions';
import { signTextAside } from '#protocol/matrix/signing';
import { strippedStateTypes, toStrippedState } from '#protocol/matrix/stripped-state';
import { ProtocolError } from '#support/errors';
import { inviteStateBytesMax } from '#support/limits';

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
  const built = await judgeAndBuild(rooms, draft, proposal, version);
  const { pdu, eventId, signedText, withSignature } = built;
  const signed = signTextAside(signedText, rooms.signingKey).then(withSignature);
  // Whoever finishes the draft waits for it; where nobody does, nobody minds how it ends.
  signed.catch(() => undefined);
  await draft.append({
    pdu,
    eventId,
    signed,
    ...(proposal.sentBy ? { sentBy: proposal.sentBy } : {}),
    ...(isInvite(pdu) ? { inviteState: await strippedState(draft, built) } : {}),
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

function isInvite(pdu: { readonly type: string; readonly content: JsonObject }): boolean {
  return pdu.type === 'm.room.member' && membershipOf(pdu) === 'invite';
}

/**
 * Client-Server API, "Stripped state": what an invited user is shown of the room, and the invite itself. State that is
 * too large to be kept with every invite is left out.
 */
async function strippedState(draft: RoomDraft, invite: UnsignedEvent): Promise<readonly object[]> {
  const keys = strippedStateTypes.map((type) => [type, ''] as const);
  const shown: object[] = [];
  const itself = toStrippedState(invite.pdu);
  let bytesLeft = inviteStateBytesMax - sizeOf(itself);
  for (const [type, stateKey] of [...keys, ['m.room.member', invite.pdu.sender] as const]) {
    const event = await draft.stateEvent(type, stateKey);
    if (!event) continue;
    const stripped = toStrippedState(event.pdu);
    const size = sizeOf(stripped);
    if (size > bytesLeft) continue;
    bytesLeft -= size;
    shown.push(stripped);
  }
  return [...shown, itself];
}

function sizeOf(stripped: object): number {
  return Buffer.byteLength(JSON.stringify(stripped));
}
