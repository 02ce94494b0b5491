// A room that the user is in, in a sync. Usually its news come from memory; what needs the state, the room's earlier
// history or somebody's member event is read. Client-Server API, "GET /sync", JoinedRoom.
import { firstPosition, type Position, positionBefore } from '#databases/positions';
import type { TimelineEvent } from '#databases/rooms/records';
import type { RoomsReader } from '#databases/rooms/rooms-reader';
import {
  type Audience,
  presentEvents,
  presentPlainEvents,
  presentState,
} from '#domain/rooms/reading/present-events';
import type { RoomView } from '#domain/rooms/reading/room-view';
import { type Scanned, scanEvents } from '#domain/rooms/reading/scan-events';
import type { SeenEvent } from '#domain/rooms/reading/visible-events';
import { readReceipts, receiptEvents } from '#domain/sync/ephemeral-events';
import type { RoomSections } from '#domain/sync/room-sections';
import { readRoomState } from '#domain/sync/room-state';
import { summariseRoom } from '#domain/sync/room-summary';
import type { RoomTails } from '#domain/sync/room-tails';
import type { SentMembers } from '#domain/sync/sent-members';
import { type HeldState, settleTimeline } from '#domain/sync/state-beside';
import { filtered, roomFilterOf, type SyncFrame, timelineLimitOf } from '#domain/sync/sync-request';
import { matchesEventFilter, matchesRoomFilter, type RoomEventFilter } from '#protocol/matrix/filters';
import type { RoomId } from '#protocol/matrix/identifiers';

export type HistorySections = Omit<RoomSections, 'accountData'>;

export function audienceOf({ asker, nowMs, request }: SyncFrame): Audience {
  const { event_format: format } = request.filter;
  return { deviceId: asker.deviceId, nowMs, withRoomId: false, ...(format ? { format } : {}) };
}

/**
 * News of a room that the user was in all the time since the token, from memory: undefined where that does not hold
 * them, or where they need more than themselves to be told.
 */
export async function recentSections(
  { tails, sentMembers }: { readonly tails: RoomTails; readonly sentMembers: SentMembers },
  frame: SyncFrame,
  room: RoomId,
  since: Position,
): Promise<HistorySections | undefined> {
  const { request, asker, through } = frame;
  if (request.fullState || request.useStateAfter) return undefined;
  const delta = await tails.between(room, since, through.rooms);
  if (!delta) return undefined;
  const filter = roomFilterOf(frame, 'timeline');
  const events = filter ? delta.events.filter((event) => matches(filter, event)) : delta.events;
  if (events.length > timelineLimitOf(frame)) return undefined;
  for (const { pdu, stateBefore } of delta.events) {
    // Where members change, the summary changes with them; where the filter leaves state out, it is told as state; on a
    // fork the state may have changed beside the event.
    if (pdu.type === 'm.room.member' || stateBefore) return undefined;
    if (pdu.state_key !== undefined && events.length < delta.events.length) return undefined;
  }
  const stateFilter = roomFilterOf(frame, 'state');
  if (stateFilter?.lazy_load_members) {
    const isKnown = (user: string) => sentMembers.wasTold(asker, room, user, since);
    const knowsAll = events.every(({ pdu }) => isKnown(pdu.sender));
    if (stateFilter.include_redundant_members || !knowsAll) return undefined;
  }
  const timeline = presentPlainEvents(asker.userId, audienceOf(frame), events);
  if (!timeline) return undefined;
  const receipts = delta.receipts.length > 0 ? receiptEvents(asker.userId, delta.receipts) : [];
  return {
    timeline,
    isLimited: false,
    prevBatch: since,
    state: [],
    isStateAfter: false,
    ephemeral: filtered(roomFilterOf(frame, 'ephemeral'), receipts, room),
  };
}

function matches(filter: RoomEventFilter, { pdu, room }: TimelineEvent): boolean {
  return matchesEventFilter(filter, { ...pdu, room_id: room });
}

export interface RoomWanted {
  readonly view: RoomView;
  /** The client knows the room up to here; undefined where it is new to it. */
  readonly since: Position | undefined;
  /** The last position that the user may be told of. */
  readonly through: Position;
  /** The client is to be told the whole state, whatever it knows. */
  readonly isWhole: boolean;
}

/** A room's timeline, state, summary and receipts: one range read each of events and receipts, and what follows. */
export async function readSections(
  reader: RoomsReader,
  sentMembers: SentMembers,
  frame: SyncFrame,
  { view, since, through, isWhole }: RoomWanted,
): Promise<HistorySections> {
  const { room, user } = view;
  const scanned = await readTimeline(reader, frame, view, since, through);
  const { timeline, stoppedAt, later } = await timelineOf(reader, scanned, { view, since, through });
  const isLimited = stoppedAt !== undefined;
  const isFresh = isWhole || since === undefined;
  const gap = { room, isWhole, since, through, timeline, isLimited, later };
  const mayNameAnew =
    isFresh ||
    isLimited ||
    timeline.some(isMemberEvent) ||
    later.some(({ type }) => type === 'm.room.member');
  const isJoined = view.membership === 'join';
  const summary = isJoined && mayNameAnew ? await summariseRoom(reader, user, room) : undefined;
  const heroes = summary?.['m.heroes'] ?? [];
  const state = await readRoomState(reader, frame, sentMembers, { ...gap, heroes });
  const receipts = isJoined ? await readReceipts(reader, room, since, through) : [];
  const audience = audienceOf(frame);
  return {
    timeline: await presentEvents(reader, view, audience, timeline),
    isLimited,
    // A filter leaves earlier events out of a timeline that is not limited: they too can be asked for.
    prevBatch: stoppedAt ?? since ?? startOf(timeline, through),
    state: await presentState(reader, view, audience, state),
    isStateAfter: frame.request.useStateAfter,
    ephemeral: filtered(roomFilterOf(frame, 'ephemeral'), receiptEvents(user, receipts), room),
    ...(summary ? { summary } : {}),
  };
}

/** The timeline, oldest first, and what the state became since it began without one of its events saying so. */
async function timelineOf(
  reader: RoomsReader,
  { events, unwanted, stoppedAt, hasForks }: Scanned,
  { view, since, through }: Pick<RoomWanted, 'view' | 'since' | 'through'>,
): Promise<{
  readonly timeline: readonly SeenEvent[];
  readonly stoppedAt: Position | undefined;
  readonly later: readonly HeldState[];
}> {
  const timeline = events.toReversed();
  if (!hasForks) return { timeline, stoppedAt, later: unwanted.flatMap(stateOf) };
  const after = stoppedAt ?? since ?? firstPosition;
  const settled = await settleTimeline(reader, view.room, timeline, after, through);
  return { timeline: settled.timeline, stoppedAt: settled.cutAt ?? stoppedAt, later: settled.beside };
}

/** State events that the filter keeps out of the timeline would be lost to the client, so they count as state. */
function stateOf({ event: { eventId, at, pdu } }: SeenEvent): HeldState[] {
  if (pdu.state_key === undefined) return [];
  return [{ type: pdu.type, stateKey: pdu.state_key, at, event: eventId }];
}

function startOf(timeline: readonly SeenEvent[], through: Position): Position {
  const first = timeline[0];
  return first ? positionBefore(first.event.at) : through;
}

function isMemberEvent({ event }: { readonly event: { readonly pdu: { readonly type: string } } }): boolean {
  return event.pdu.type === 'm.room.member';
}

/** The last events behind `since`, newest first. */
async function readTimeline(
  reader: RoomsReader,
  frame: SyncFrame,
  view: RoomView,
  since: Position | undefined,
  through: Position,
): Promise<Scanned> {
  const filter = roomFilterOf(frame, 'timeline');
  if (!matchesRoomFilter(filter, view.room))
    return { events: [], unwanted: [], stoppedAt: undefined, hasForks: false };
  // What lies before a flip to another line is not what came just before: there is a gap.
  const gapAt = await lastFlip(reader, view.room, since, through);
  const scanned = await scanEvents(reader, view, {
    after: gapAt ?? since,
    through,
    backward: true,
    limit: timelineLimitOf(frame),
    filter,
    untilHiddenState: true,
  });
  return { ...scanned, stoppedAt: scanned.stoppedAt ?? gapAt };
}

/** Where the room last went over to another line, behind `since` and up to `through`. */
async function lastFlip(
  reader: RoomsReader,
  room: RoomId,
  since: Position | undefined,
  through: Position,
): Promise<Position | undefined> {
  const flips = await reader.flips(room);
  return flips.findLast(({ at }) => at <= through && (since === undefined || at > since))?.at;
}
