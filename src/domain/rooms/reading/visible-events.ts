// Which of a room's events a user may see, judged at each event. Client-Server API, "Room History Visibility". What
// happens while the user is in the room is theirs without a further read.
import type { Position } from '#databases/positions';
import type { TimelineEvent } from '#databases/rooms/records';
import type { RoomsReader } from '#databases/rooms/rooms-reader';
import { factsAtFork, isShownToClients } from '#domain/rooms/reading/fork-facts';
import type { RoomView } from '#domain/rooms/reading/room-view';
import { type Membership, membershipOf, type Pdu } from '#protocol/matrix/event';
import {
  type HistoryVisibility,
  historyVisibilityOf,
  maySeeEvent,
} from '#protocol/matrix/history-visibility';

export interface SeenEvent {
  readonly event: TimelineEvent;
  /** The user's membership at the event, a change by the event itself included. */
  readonly membership: Membership;
  /** The user had been in the room before the event, and so knew its state. */
  readonly wasMember: boolean;
}

/** Those of `events` (in either order) that the user may see, in the same order. */
export async function visibleEvents(
  reader: RoomsReader,
  view: RoomView,
  events: readonly TimelineEvent[],
): Promise<SeenEvent[]> {
  const { memberSince } = view;
  const isWithin = ({ at, stateBefore }: TimelineEvent) =>
    memberSince !== undefined && at >= memberSince && stateBefore === undefined;
  const older = events.filter((event) => !isWithin(event) && event.stateBefore === undefined);
  const facts = older.length > 0 ? await factsOver(reader, view, older) : undefined;
  const seen: SeenEvent[] = [];
  for (const event of events) {
    if (!(await isShownToClients(reader, event))) continue;
    if (isWithin(event)) {
      seen.push({ event, membership: 'join', wasMember: event.at !== memberSince });
      continue;
    }
    const before = event.stateBefore
      ? await factsAtFork(reader, view, event)
      : { ...(facts as Facts).before(event.at), joinedAfter: (view.lastJoinedAt ?? '') > event.at };
    if (!maySeeEvent(event.pdu, view.user, before)) continue;
    const isOwn = event.pdu.type === 'm.room.member' && event.pdu.state_key === view.user;
    const membership = (isOwn ? membershipOf(event.pdu) : before.membership) ?? 'leave';
    seen.push({ event, membership, wasMember: before.membership === 'join' });
  }
  return seen;
}

interface Facts {
  /** What held just before a position. */
  before(at: Position): { visibility: HistoryVisibility; membership: Membership | undefined };
}

/** The room's visibility and the user's membership over a run of events: two ranges for each. */
async function factsOver(
  reader: RoomsReader,
  { room, user }: RoomView,
  events: readonly TimelineEvent[],
): Promise<Facts> {
  const positions = events.map(({ at }) => at).sort();
  const [first, last] = [positions[0], positions.at(-1)] as [Position, Position];
  const [visibilities, memberships] = await Promise.all([
    historyOver(reader, room, ['m.room.history_visibility', ''], [first, last], historyVisibilityOf),
    historyOver(reader, room, ['m.room.member', user], [first, last], membershipOf),
  ]);
  return {
    before: (at) => ({ visibility: lastBefore(visibilities, at), membership: lastBefore(memberships, at) }),
  };
}

interface Held<T> {
  readonly at: Position | '';
  readonly value: T;
}

/** What a key of the state said over a run of positions, the newest first; the last entry reaches back to before it. */
async function historyOver<T>(
  reader: RoomsReader,
  room: RoomView['room'],
  [type, stateKey]: [string, string],
  [first, last]: [Position, Position],
  read: (event: Pick<Pdu, 'content'> | undefined) => T,
): Promise<Held<T>[]> {
  const [within, before] = await Promise.all([
    reader.stateHistory(room, type, stateKey, { from: first, before: last, reverse: true }),
    reader.stateHistory(room, type, stateKey, { before: first, reverse: true, limit: 1 }),
  ]);
  const held: Held<T>[] = [];
  for (const { at, event } of [...within, ...before]) {
    held.push({ at, value: read(event && (await reader.anyEvent(event))?.pdu) });
  }
  return [...held, { at: '', value: read(undefined) }];
}

function lastBefore<T>(history: readonly Held<T>[], at: Position): T {
  return (history.find((held) => held.at < at) as Held<T>).value;
}
