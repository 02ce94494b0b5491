// What the changes of a room's state make of its memberships: on each line who is what, and how many; and for local users
// where they stand by the lines that count, one after the other.
import type { Change, CheckedEvent } from '#databases/rooms/check-room';
import { type Derived, keyOf } from '#databases/rooms/derived-rows';
import { memberGroup } from '#databases/rooms/keys';
import type { Flip } from '#databases/rooms/line-reader';
import { type Membership, membershipOf } from '#protocol/matrix/event';
import type { EventId, RoomId, UserId } from '#protocol/matrix/identifiers';
import type { Position } from '#store/contract';

/** What a state says of a user. */
interface Member {
  readonly membership: Membership | undefined;
  readonly eventId: EventId;
  readonly at: Position;
}

/** The same as far as a local user is told of it: since when the membership is what it is. */
interface Standing {
  readonly membership: Membership | undefined;
  /** The event that the state holds, or held last. */
  readonly eventId: EventId;
  readonly since: { readonly eventId: EventId; readonly at: Position };
}

interface MemberChanges {
  /** Of all lines, in order of line and position. */
  readonly changes: readonly Change[];
  readonly flips: readonly Flip[];
  readonly events: ReadonlyMap<EventId, CheckedEvent>;
  /** Line and user of the local members who are listed as such, where some need not be. */
  readonly listed: ReadonlySet<string> | undefined;
}

export function expectMembers(
  room: RoomId,
  { changes, flips, events, listed }: MemberChanges,
  isLocal: (user: UserId) => boolean,
  expected: Derived,
): void {
  const lines = new Map<number, [user: UserId, member: Member][]>();
  for (const { line, at, type, stateKey, event } of changes) {
    if (type !== 'm.room.member') continue;
    const found = lines.get(line) ?? [];
    if (found.length === 0) lines.set(line, found);
    const before = event === undefined ? found.findLast(([user]) => user === stateKey)?.[1] : undefined;
    const eventId = event ?? before?.eventId;
    if (eventId === undefined) continue;
    const membership = event === undefined ? undefined : (membershipOf(events.get(event)?.pdu) ?? 'leave');
    found.push([stateKey as UserId, { membership, eventId, at }]);
  }
  for (const [line, members] of lines) {
    const isListed = (user: UserId) =>
      isLocal(user) && (listed === undefined || listed.has(keyOf(line, user)));
    expectLine(room, line, members, isListed, expected);
  }

  const standings = new Map<UserId, Standing>();
  const first = flips.length > 0 ? flips[0]?.before : 0;
  if (first !== undefined) follow(standings, lines.get(first) ?? []);
  for (const { line, at } of flips) {
    const members = lines.get(line) ?? [];
    flip(standings, new Map(members.filter((each) => each[1].at <= at)), at);
    follow(
      standings,
      members.filter((each) => each[1].at > at),
    );
  }
  expectStandings(room, standings, isLocal, expected);
}

function expectLine(
  room: RoomId,
  line: number,
  members: readonly (readonly [UserId, Member])[],
  isListed: (user: UserId) => boolean,
  expected: Derived,
): void {
  const counts = new Map<Membership, number>();
  for (const [user, { membership, eventId, at }] of new Map(members)) {
    if (membership) {
      expected.members.set(keyOf(room, memberGroup(line, membership), user), `${eventId} ${at}`);
      counts.set(membership, (counts.get(membership) ?? 0) + 1);
    }
    if (isListed(user)) expected.localMembers.set(keyOf(room, line, user), '');
  }
  for (const [membership, count] of counts) {
    expected.memberCounts.set(keyOf(room, memberGroup(line, membership)), String(count));
  }
}

function follow(standings: Map<UserId, Standing>, members: readonly (readonly [UserId, Member])[]): void {
  for (const [user, { membership, eventId, at }] of members) {
    const before = standings.get(user);
    const isSame = before !== undefined && before.membership === membership;
    standings.set(user, { membership, eventId, since: isSame ? before.since : { eventId, at } });
  }
}

/** At a flip, everybody is what the staged state says; of whom it says nothing, what was said last is said no more. */
function flip(standings: Map<UserId, Standing>, staged: ReadonlyMap<UserId, Member>, at: Position): void {
  for (const user of new Set([...standings.keys(), ...staged.keys()])) {
    const before = standings.get(user);
    const now = staged.get(user);
    const eventId = now?.eventId ?? before?.eventId;
    if (eventId !== undefined) follow(standings, [[user, { membership: now?.membership, eventId, at }]]);
  }
}

function expectStandings(
  room: RoomId,
  standings: ReadonlyMap<UserId, Standing>,
  isLocal: (user: UserId) => boolean,
  expected: Derived,
): void {
  for (const [user, { membership, since }] of standings) {
    if (!isLocal(user)) continue;
    const standing = membership ?? 'leave';
    expected.memberships.set(keyOf(user, room), keyOf(standing, since.eventId, since.at));
    expected.membershipStream.set(keyOf(user, since.at), keyOf(room, standing));
    if (membership === 'invite') expected.invites.set(keyOf(user, room), '');
  }
}
