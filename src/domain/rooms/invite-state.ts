// What an invited user is shown of a room that they are not in. Client-Server API, "Stripped state".
import type { RoomDraft } from '#databases/rooms/room-draft';
import { membershipOf, type Pdu } from '#protocol/matrix/event';
import { strippedStateTypes, toStrippedState } from '#protocol/matrix/stripped-state';
import { inviteStateBytesMax } from '#support/limits';

type InvitePdu = Pick<Pdu, 'type' | 'sender' | 'state_key' | 'content'>;

/** The draft's state as the invited user is shown it; nothing for what is no invite. */
export async function inviteStateFor(
  draft: RoomDraft,
  event: InvitePdu,
): Promise<{ readonly inviteState?: readonly object[] }> {
  const isInvite = event.type === 'm.room.member' && membershipOf(event) === 'invite';
  return isInvite ? { inviteState: await strippedState(draft, event) } : {};
}

/** The state that tells of the room, and the invite itself. What is too large to be kept with every invite is left out. */
async function strippedState(draft: RoomDraft, invite: InvitePdu): Promise<readonly object[]> {
  const keys = strippedStateTypes.map((type) => [type, ''] as const);
  const shown: object[] = [];
  const itself = toStrippedState(invite);
  let bytesLeft = inviteStateBytesMax - sizeOf(itself);
  for (const [type, stateKey] of [...keys, ['m.room.member', invite.sender] as const]) {
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
