// Puts the answer of one sync together: everything that the user may know and that happened behind `since` and up to
// `through`. Client-Server API, "GET /sync".
import type { Position } from '#databases/positions';
import type { UserMembership } from '#databases/rooms/rooms-reader';
import { type JsonText, jsonObjectText } from '#domain/rooms/reading/reading';
import { type AccountDataNews, noAccountData, readAccountDataNews } from '#domain/sync/account-data-events';
import { answerText, type RoomTexts } from '#domain/sync/answer-text';
import { finishJoined, freshSections, noHistory, steadySections } from '#domain/sync/joined-rooms';
import { readLeftRoom } from '#domain/sync/left-room';
import { allRooms, movedRooms, type Overtaken, type RoomLists } from '#domain/sync/room-lists';
import { eventsText, leftRoomText } from '#domain/sync/room-sections';
import type { SyncParts } from '#domain/sync/sync-parts';
import type { SyncFrame } from '#domain/sync/sync-request';
import type { Watch } from '#domain/sync/watch';
import { matchesRoomFilter } from '#protocol/matrix/filters';
import type { RoomId } from '#protocol/matrix/identifiers';

export interface Assembled {
  readonly text: JsonText;
  readonly isEmpty: boolean;
}

/**
 * Assembles an answer. `watch` must be as it was when the frame was drawn, in the same turn; where the user's memberships
 * have moved on since, the frame must be drawn anew.
 */
export async function assemble(
  parts: SyncParts,
  frame: SyncFrame,
  watch: Watch,
): Promise<Assembled | Overtaken> {
  const { since, through } = frame;
  const hasTyping = since ? watch.typingSince(since.transitory) : () => true;
  const accountMoved =
    !since || since.accounts < watch.floor.accounts || watch.accountChangedAt > since.accounts;
  const found = since ? movedRooms(parts, frame, watch, since.rooms) : allRooms(parts, frame);
  const lists = found instanceof Promise ? await found : found;
  if ('overtakenAt' in lists) return lists;
  const { steady, fresh, left, invited, knocked } = wantedRooms(lists, frame);
  const accountData =
    accountMoved || fresh.length > 0
      ? await readAccountDataNews(parts, frame, new Set(fresh.map(({ room }) => room)))
      : noAccountData;

  const join: Record<RoomId, string> = {};
  for (const room of steady) {
    const sections = await steadySections(parts, frame, room, since?.rooms as Position);
    const text = await finishJoined(parts, frame, room, sections, accountData, hasTyping(room));
    if (text) join[room] = text;
  }
  for (const room of quietRooms(accountData, frame, watch, lists)) {
    const text = await finishJoined(parts, frame, room, noHistory(frame), accountData, false);
    if (text) join[room] = text;
  }
  for (const { room, sections } of await freshSections(parts, frame, fresh)) {
    const text = await finishJoined(parts, frame, room, sections, accountData, true, true);
    if (text) join[room] = text;
  }
  const leave = await leftRooms(parts, frame, left, accountData);
  const invite = await invitedRooms(parts, frame, invited, 'invite_state');
  const knock = await invitedRooms(parts, frame, knocked, 'knock_state');

  const rooms = { join, invite, knock, leave };
  const hasRooms = Object.values(rooms).some((texts) => Object.keys(texts).length > 0);
  return {
    isEmpty: !hasRooms && accountData.global.length === 0,
    text: answerText(through, accountData.global, rooms),
  };
}

/** What the filter leaves of the rooms. */
function wantedRooms(lists: RoomLists, { request }: SyncFrame): RoomLists {
  const filter = request.filter.room;
  if (filter?.rooms === undefined && filter?.not_rooms === undefined) return lists;
  const isWanted = (room: RoomId): boolean => matchesRoomFilter(filter, room);
  const wanted = (standings: readonly UserMembership[]) => standings.filter(({ room }) => isWanted(room));
  return {
    steady: lists.steady.filter(isWanted),
    fresh: wanted(lists.fresh),
    left: wanted(lists.left),
    invited: wanted(lists.invited),
    knocked: wanted(lists.knocked),
  };
}

/** Joined rooms of which only the user's own account data are news. */
function quietRooms(
  accountData: AccountDataNews,
  { since, request }: SyncFrame,
  watch: Watch,
  { steady, fresh }: RoomLists,
): RoomId[] {
  if (!since || accountData.rooms.size === 0) return [];
  const told = new Set([...steady, ...fresh.map(({ room }) => room)]);
  return [...accountData.rooms].filter(
    (room) => !told.has(room) && watch.joined.has(room) && matchesRoomFilter(request.filter.room, room),
  );
}

async function leftRooms(
  parts: SyncParts,
  frame: SyncFrame,
  left: readonly UserMembership[],
  accountData: AccountDataNews,
): Promise<RoomTexts> {
  const texts: Record<RoomId, string> = {};
  for (const standing of left) {
    const sections = await parts.rooms.read((reader) =>
      readLeftRoom(reader, parts.sentMembers, frame, standing, frame.since?.rooms),
    );
    texts[standing.room] = leftRoomText({ ...sections, accountData: accountData.ofRoom(standing.room) });
  }
  return texts;
}

async function invitedRooms(
  { rooms }: SyncParts,
  { asker }: SyncFrame,
  invited: readonly UserMembership[],
  name: 'invite_state' | 'knock_state',
): Promise<RoomTexts> {
  if (invited.length === 0) return {};
  const states = await rooms.read((reader) =>
    Promise.all(invited.map(({ room }) => reader.invite(asker.userId, room))),
  );
  const texts: Record<RoomId, string> = {};
  invited.forEach(({ room }, index) => {
    const events = (states[index] ?? []).map((event) => JSON.stringify(event));
    texts[room] = jsonObjectText({ [name]: eventsText(events) });
  });
  return texts;
}
