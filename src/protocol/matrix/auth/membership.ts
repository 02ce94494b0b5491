// The rules for m.room.member: who may join, invite, leave, kick, ban and knock. Room version 11, rule 4; room version
// 12, rule 5. The two lists are the same but for their first number, which `rule` carries.
import { authoriseThirdPartyInvite } from '#protocol/matrix/auth/third-party-invite';
import {
  type AuthFacts,
  type AuthState,
  allowed,
  refused,
  type Verdict,
} from '#protocol/matrix/auth/verdict';
import { type EventDraft, type Membership, membershipOf, type Pdu } from '#protocol/matrix/event';
import { createEventId } from '#protocol/matrix/hashes';
import { isUserId, serverOf } from '#protocol/matrix/identifiers';
import { own, ownString } from '#protocol/matrix/json';
import { namedLevel, type PowerLevels, userLevel } from '#protocol/matrix/power-levels';
import type { RoomVersion } from '#protocol/matrix/room-versions';

/** What every rule about one member event looks at. */
interface Judgement {
  readonly event: EventDraft;
  readonly target: string;
  readonly senderMembership: Membership | undefined;
  readonly targetMembership: Membership | undefined;
  readonly joinRule: string;
  readonly levels: PowerLevels;
  readonly state: AuthState;
  readonly create: Pdu;
  readonly version: RoomVersion;
  /** Number of the rule on member events in the version's list. */
  readonly rule: string;
}

export function authoriseMember(
  event: EventDraft,
  version: RoomVersion,
  state: AuthState,
  create: Pdu,
  levels: PowerLevels,
  facts: AuthFacts,
): Verdict {
  const rule = version.createInAuthEvents ? '4' : '5';
  // 1. If there is no state_key, or no membership in content, reject.
  const target = event.state_key;
  const stated = own(event.content, 'membership');
  if (target === undefined || stated === undefined) {
    return refused(`${rule}.1`, 'A member event has a state_key and a membership.');
  }
  // 2.1 If the event is not validly signed by the server of join_authorised_via_users_server, reject.
  const authoriser = own(event.content, 'join_authorised_via_users_server');
  if (authoriser !== undefined) {
    const signed =
      typeof authoriser === 'string' && isUserId(authoriser) && facts.isSignedBy?.(serverOf(authoriser));
    if (!signed) return refused(`${rule}.2.1`, 'The server that authorises the join has not signed it.');
  }
  const joinRules = state('m.room.join_rules', '');
  const judgement: Judgement = {
    event,
    target,
    senderMembership: membershipOf(state('m.room.member', event.sender)),
    targetMembership: membershipOf(state('m.room.member', target)),
    joinRule: (joinRules && ownString(joinRules.content, 'join_rule')) ?? 'invite',
    levels,
    state,
    create,
    version,
    rule,
  };
  switch (stated) {
    case 'join':
      return authoriseJoin(judgement);
    case 'invite':
      return authoriseInvite(judgement);
    case 'leave':
      return authoriseLeave(judgement);
    case 'ban':
      return authoriseBan(judgement);
    case 'knock':
      return authoriseKnock(judgement);
    default:
      return refused(`${rule}.8`, 'The membership is unknown.');
  }
}

function authoriseJoin(judgement: Judgement): Verdict {
  const { event, target, targetMembership, joinRule } = judgement;
  const rule = `${judgement.rule}.3`;
  // 1. If the only previous event is the create event and the state_key is its sender, allow.
  if (target === judgement.create.sender && followsOnlyCreate(judgement)) return allowed;
  // 2. If the sender does not match state_key, reject.
  if (event.sender !== target) return refused(`${rule}.2`, 'Nobody joins but for themselves.');
  // 3. If the sender is banned, reject.
  if (targetMembership === 'ban') return refused(`${rule}.3`, 'The user is banned from the room.');
  switch (joinRule) {
    // 4. If the join_rule is invite or knock then allow if membership state is invite or join.
    case 'invite':
    case 'knock':
      if (targetMembership === 'invite' || targetMembership === 'join') return allowed;
      return refused(`${rule}.4`, 'The room is open to invited users only.');
    // 5. If the join_rule is restricted or knock_restricted:
    case 'restricted':
    case 'knock_restricted':
      // 5.1 If membership state is join or invite, allow. 5.2 Otherwise somebody who may invite must have authorised it.
      if (targetMembership === 'invite' || targetMembership === 'join') return allowed;
      if (!isAuthorisedByInviter(judgement)) {
        return refused(`${rule}.5.2`, 'No member who may invite has authorised the join.');
      }
      return allowed;
    // 6. If the join_rule is public, allow.
    case 'public':
      return allowed;
    // 7. Otherwise, reject.
    default:
      return refused(`${rule}.7`, 'The join rule admits nobody.');
  }
}

function followsOnlyCreate({ event, create, version }: Judgement): boolean {
  if (event.prev_events.length !== 1) return false;
  return event.prev_events[0] === createEventId(create, version);
}

function isAuthorisedByInviter({ event, state, levels }: Judgement): boolean {
  const authoriser = ownString(event.content, 'join_authorised_via_users_server');
  if (authoriser === undefined) return false;
  if (membershipOf(state('m.room.member', authoriser)) !== 'join') return false;
  return userLevel(levels, authoriser) >= namedLevel(levels, 'invite');
}

function authoriseInvite(judgement: Judgement): Verdict {
  const { event, targetMembership, levels, state } = judgement;
  const rule = `${judgement.rule}.4`;
  // 1. If content has a third_party_invite property, its own list decides.
  if (own(event.content, 'third_party_invite') !== undefined) {
    return authoriseThirdPartyInvite(event, targetMembership === 'ban', state, `${rule}.1`);
  }
  // 2. If the sender's current membership state is not join, reject.
  if (judgement.senderMembership !== 'join') return refused(`${rule}.2`, 'Only members may invite.');
  // 3. If the target user's current membership state is join or ban, reject.
  if (targetMembership === 'join') return refused(`${rule}.3`, 'The user is in the room already.');
  if (targetMembership === 'ban') return refused(`${rule}.3`, 'The user is banned from the room.');
  // 4. If the sender's power level is greater than or equal to the invite level, allow. 5. Otherwise, reject.
  if (userLevel(levels, event.sender) >= namedLevel(levels, 'invite')) return allowed;
  return refused(`${rule}.5`, 'Inviting takes more power than the sender has.');
}

function authoriseLeave(judgement: Judgement): Verdict {
  const { event, target, senderMembership, targetMembership, levels } = judgement;
  const rule = `${judgement.rule}.5`;
  // 1. If the sender matches state_key, allow if and only if the membership is invite, join or knock.
  if (event.sender === target) {
    if (targetMembership === 'invite' || targetMembership === 'join' || targetMembership === 'knock') {
      return allowed;
    }
    return refused(`${rule}.1`, 'The user is not in the room, nor invited or knocking.');
  }
  // 2. If the sender's current membership state is not join, reject.
  if (senderMembership !== 'join') return refused(`${rule}.2`, 'Only members may remove others.');
  // 3. If the target is banned, and the sender's power level is less than the ban level, reject.
  const senderLevel = userLevel(levels, event.sender);
  if (targetMembership === 'ban' && senderLevel < namedLevel(levels, 'ban')) {
    return refused(`${rule}.3`, 'Unbanning takes more power than the sender has.');
  }
  // 4. If the sender has the kick level and more power than the target, allow. 5. Otherwise, reject.
  if (senderLevel >= namedLevel(levels, 'kick') && userLevel(levels, target) < senderLevel) return allowed;
  return refused(`${rule}.5`, 'Removing that user takes more power than the sender has.');
}

function authoriseBan({ event, target, senderMembership, levels, rule: prefix }: Judgement): Verdict {
  const rule = `${prefix}.6`;
  // 1. If the sender's current membership state is not join, reject.
  if (senderMembership !== 'join') return refused(`${rule}.1`, 'Only members may ban.');
  // 2. If the sender has the ban level and more power than the target, allow. 3. Otherwise, reject.
  const senderLevel = userLevel(levels, event.sender);
  if (senderLevel >= namedLevel(levels, 'ban') && userLevel(levels, target) < senderLevel) return allowed;
  return refused(`${rule}.3`, 'Banning that user takes more power than the sender has.');
}

function authoriseKnock({ event, target, senderMembership, joinRule, rule: prefix }: Judgement): Verdict {
  const rule = `${prefix}.7`;
  // 1. If the join_rule is anything other than knock or knock_restricted, reject.
  if (joinRule !== 'knock' && joinRule !== 'knock_restricted') {
    return refused(`${rule}.1`, 'The room takes no knocks.');
  }
  // 2. If sender does not match state_key, reject.
  if (event.sender !== target) return refused(`${rule}.2`, 'Nobody knocks but for themselves.');
  // 3. If the sender's current membership is not ban, invite or join, allow. 4. Otherwise, reject.
  if (senderMembership !== 'ban' && senderMembership !== 'invite' && senderMembership !== 'join')
    return allowed;
  return refused(`${rule}.4`, 'The user is banned, invited or in the room already.');
}
