// The rules for m.room.member: who may join, invite, leave, kick, ban and knock. Rule 5 of room versions 1 to 5 and 12,
// rule 4 of versions 6 to 11. What only later versions have is marked with the first that has it.
import { type RuleNumbers, ruleNumbers } from '#protocol/matrix/auth/rule-numbers';
import { authoriseThirdPartyInvite } from '#protocol/matrix/auth/third-party-invite';
import {
  type AuthFacts,
  type AuthState,
  allowed,
  refused,
  type Verdict,
} from '#protocol/matrix/auth/verdict';
import {
  type EventDraft,
  type Membership,
  membershipOf,
  type Pdu,
  prevEventIds,
} from '#protocol/matrix/event';
import { createEventId } from '#protocol/matrix/hashes';
import { isUserId, serverOf } from '#protocol/matrix/identifiers';
import { type JsonValue, own, ownString } from '#protocol/matrix/json';
import { creatorsOf, namedLevel, type PowerLevels, userLevel } from '#protocol/matrix/power-levels';
import type { RoomVersion } from '#protocol/matrix/room-versions';

/** What every rule about one member event looks at. */
interface Judgement {
  readonly event: EventDraft;
  readonly target: string;
  readonly senderMembership: Membership | undefined;
  readonly targetMembership: Membership | undefined;
  readonly levels: PowerLevels;
  readonly state: AuthState;
  readonly create: Pdu;
  readonly version: RoomVersion;
  readonly at: RuleNumbers['member'];
}

export function authoriseMember(
  event: EventDraft,
  state: AuthState,
  create: Pdu,
  levels: PowerLevels,
  facts: AuthFacts,
): Verdict {
  const { version } = levels;
  const { member: at } = ruleNumbers(version);
  // If there is no state_key, or no membership in content, reject.
  const target = event.state_key;
  const stated = own(event.content, 'membership');
  if (target === undefined || stated === undefined) {
    return refused(at.properties, 'A member event has a state_key and a membership.');
  }
  // (v8) If the event is not validly signed by the server of join_authorised_via_users_server, reject.
  const authoriser = own(event.content, 'join_authorised_via_users_server');
  if (version.restrictedJoins && authoriser !== undefined) {
    const signed =
      typeof authoriser === 'string' && isUserId(authoriser) && facts.isSignedBy?.(serverOf(authoriser));
    if (!signed)
      return refused(at.authoriser.unsigned, 'The server that authorises the join has not signed.');
  }
  const judgement: Judgement = {
    event,
    target,
    senderMembership: membershipOf(state('m.room.member', event.sender)),
    targetMembership: membershipOf(state('m.room.member', target)),
    levels,
    state,
    create,
    version,
    at,
  };
  if (stated === 'join') return authoriseJoin(judgement);
  if (stated === 'invite') return authoriseInvite(judgement);
  if (stated === 'leave') return authoriseLeave(judgement);
  if (stated === 'ban') return authoriseBan(judgement);
  // (v7)
  if (stated === 'knock' && version.knocking) return authoriseKnock(judgement);
  // Otherwise, the membership is unknown. Reject.
  return refused(at.unknown, 'The membership is unknown.');
}

function authoriseJoin(judgement: Judgement): Verdict {
  const { event, target, targetMembership, state, version } = judgement;
  const { join: at } = judgement.at;
  // If the only previous event is the create event and the state_key is the creator (v11: its sender), allow.
  if (isFirstJoin(judgement)) return allowed(at.first);
  // If the sender does not match state_key, reject.
  if (event.sender !== target) return refused(at.another, 'Nobody joins but for themselves.');
  // If the sender is banned, reject.
  if (targetMembership === 'ban') return refused(at.banned, 'The user is banned from the room.');
  const isExpected = targetMembership === 'invite' || targetMembership === 'join';
  const joinRule = joinRuleIn(state);
  // If the join_rule is invite (v7: or knock) then allow if membership state is invite or join.
  if (joinRule === 'invite' || (joinRule === 'knock' && version.knocking)) {
    return isExpected
      ? allowed(at.invited)
      : refused(at.otherwise, 'The room is open to invited users only.');
  }
  // (v8) If the join_rule is restricted (v10: or knock_restricted):
  if (isRestricted(joinRule, version)) {
    // 1. If membership state is join or invite, allow.
    if (isExpected) return allowed(at.restricted.member);
    // 2. If join_authorised_via_users_server is not a joined member who may invite, reject. 3. Otherwise, allow.
    if (isAuthorisedByInviter(judgement)) return allowed(at.restricted.otherwise);
    return refused(at.restricted.authoriser, 'No member who may invite has authorised the join.');
  }
  // If the join_rule is public, allow. Otherwise, reject.
  return joinRule === 'public' ? allowed(at.open) : refused(at.otherwise, 'The join rule admits nobody.');
}

function isFirstJoin({ event, target, create, version }: Judgement): boolean {
  if (event.prev_events.length !== 1 || target !== creatorsOf(create, version)[0]) return false;
  return prevEventIds(event)[0] === createEventId(create, version);
}

/** A room that states no join rule is for the invited; one that is no text is none of the rules there are. */
function joinRuleIn(state: AuthState): JsonValue {
  const joinRules = state('m.room.join_rules', '');
  const stated = joinRules && own(joinRules.content, 'join_rule');
  return stated === undefined ? 'invite' : stated;
}

function isRestricted(joinRule: JsonValue, version: RoomVersion): boolean {
  if (joinRule === 'restricted') return version.restrictedJoins;
  return joinRule === 'knock_restricted' && version.knockRestrictedJoins;
}

function isAuthorisedByInviter({ event, state, levels }: Judgement): boolean {
  const authoriser = ownString(event.content, 'join_authorised_via_users_server');
  if (authoriser === undefined) return false;
  if (membershipOf(state('m.room.member', authoriser)) !== 'join') return false;
  return userLevel(levels, authoriser) >= namedLevel(levels, 'invite');
}

function authoriseInvite(judgement: Judgement): Verdict {
  const { event, targetMembership, levels, state } = judgement;
  const { invite: at } = judgement.at;
  // 1. If content has a third_party_invite property, its own list decides.
  if (own(event.content, 'third_party_invite') !== undefined) {
    return authoriseThirdPartyInvite(event, targetMembership === 'ban', state, at.thirdParty);
  }
  // 2. If the sender's current membership state is not join, reject.
  if (judgement.senderMembership !== 'join') return refused(at.sender, 'Only members may invite.');
  // 3. If the target user's current membership state is join or ban, reject.
  if (targetMembership === 'join') return refused(at.target, 'The user is in the room already.');
  if (targetMembership === 'ban') return refused(at.target, 'The user is banned from the room.');
  // 4. If the sender's power level is greater than or equal to the invite level, allow. 5. Otherwise, reject.
  if (userLevel(levels, event.sender) >= namedLevel(levels, 'invite')) return allowed(at.level);
  return refused(at.otherwise, 'Inviting takes more power than the sender has.');
}

function authoriseLeave(judgement: Judgement): Verdict {
  const { event, target, senderMembership, targetMembership, levels, version } = judgement;
  const { leave: at } = judgement.at;
  // 1. If the sender matches state_key, allow if and only if the membership is invite or join (v7: or knock).
  if (event.sender === target) {
    if (targetMembership === 'invite' || targetMembership === 'join') return allowed(at.oneself);
    if (targetMembership === 'knock' && version.knocking) return allowed(at.oneself);
    return refused(at.oneself, 'The user is not in the room, nor invited or knocking.');
  }
  // 2. If the sender's current membership state is not join, reject.
  if (senderMembership !== 'join') return refused(at.sender, 'Only members may remove others.');
  // 3. If the target is banned, and the sender's power level is less than the ban level, reject.
  const senderLevel = userLevel(levels, event.sender);
  if (targetMembership === 'ban' && senderLevel < namedLevel(levels, 'ban')) {
    return refused(at.banned, 'Unbanning takes more power than the sender has.');
  }
  // 4. If the sender has the kick level and more power than the target, allow. 5. Otherwise, reject.
  if (senderLevel >= namedLevel(levels, 'kick') && userLevel(levels, target) < senderLevel) {
    return allowed(at.level);
  }
  return refused(at.otherwise, 'Removing that user takes more power than the sender has.');
}

function authoriseBan({ event, target, senderMembership, levels, at: { ban: at } }: Judgement): Verdict {
  // 1. If the sender's current membership state is not join, reject.
  if (senderMembership !== 'join') return refused(at.sender, 'Only members may ban.');
  // 2. If the sender has the ban level and more power than the target, allow. 3. Otherwise, reject.
  const senderLevel = userLevel(levels, event.sender);
  if (senderLevel >= namedLevel(levels, 'ban') && userLevel(levels, target) < senderLevel) {
    return allowed(at.level);
  }
  return refused(at.otherwise, 'Banning that user takes more power than the sender has.');
}

function authoriseKnock({ event, target, senderMembership, state, version, at }: Judgement): Verdict {
  const { knock } = at;
  // 1. If the join_rule is anything other than knock (v10: or knock_restricted), reject.
  const joinRule = joinRuleIn(state);
  if (joinRule !== 'knock' && !(joinRule === 'knock_restricted' && version.knockRestrictedJoins)) {
    return refused(knock.joinRule, 'The room takes no knocks.');
  }
  // 2. If sender does not match state_key, reject.
  if (event.sender !== target) return refused(knock.another, 'Nobody knocks but for themselves.');
  // 3. If the sender's current membership is not ban, invite or join, allow. 4. Otherwise, reject.
  const isSettled =
    senderMembership === 'ban' || senderMembership === 'invite' || senderMembership === 'join';
  return isSettled
    ? refused(knock.otherwise, 'The user is banned, invited or in the room already.')
    : allowed(knock.membership);
}
