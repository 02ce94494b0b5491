// Puts the answer of one sync together: everything that the user may know and that happened behind `since` and up to
// `through`. Client-Server API, "GET /sync".
import { lastPosition, type Position } from '#databases/positions';
import type { RoomsReader, UserMembership } from '#databases/rooms/rooms-reader';
import { formatSyncToken } from '#domain/rooms/reading/position-tokens';
import { type JsonText, jsonObjectText } from '#domain/rooms/reading/reading';
import { viewOfStanding } from '#domain/rooms/reading/room-view';
import { type AccountDataNews, noAccountData, readAccountDataNews } from '#domain/sync/account-data-events';
import { type EphemeralEvent, typingEvent } from '#domain/sync/ephemeral-events';
import { type HistorySections, readSections, recentSections } from '#domain/sync/joined-room';
import { readLeftRoom } from '#domain/sync/left-room';
import { eventsText, isEmptyRoom, joinedRoomText, leftRoomText } from '#domain/sync/room-sections';
import type { SyncParts } from '#domain/sync/sync-parts';
import { filtered, roomFilterOf, type SyncFrame } from '#domain/sync/sync-request';
import type { Watch } from '#domain/sync/watch';
import { matchesRoomFilter } from '#protocol/matrix/filters';
import type { RoomId } from '#protocol/matrix/identifiers';
import { roomsPerSnapshot } from '#support/limits';

export interface Assembled {
  readonly text: JsonText;
  readonly isEmpty: boolean;
}

/** What of the user's memberships moved after the frame was drawn: it must be drawn anew, at or behind `position`. */
export interface Overtaken {
  readonly overtakenAt: Position;
}

/** The rooms of an answer, by what they are to the user. */
interface RoomLists {
  /** In all the time since the token: what moved in them. */
  readonly steady: readonly RoomId[];
  /** Joined since the token, or all of them in a first sync. */
  readonly fresh: readonly UserMembership[];
  readonly left: readonly UserMembership[];
  readonly invited: readonly UserMembership[];
  readonly knocked: readonly UserMembership[];
}

/**
 * Assembles an answer. `watch` must be as it was when the frame was drawn, in the same turn.
 */
export async function assemble(
  parts: SyncParts,
  frame: SyncFrame,
  watch: Watch,
): Promise<Assembled | Overtaken> {
  const { since, through, request } = frame;
  const wantsRoom = (room: RoomId): boolean => matchesRoomFilter(request.filter.room, room);
  const hasTyping = since ? watch.typingSince(since.transitory) : () => true;
  const accountMoved =
    !since || since.accounts < watch.floor.accounts || watch.accountChangedAt > since.accounts;
  const lists = await (since ? movedRooms(parts, frame, watch, since.rooms) : allRooms(parts, frame));
  if ('overtakenAt' in lists) return lists;

  const fresh = lists.fresh.filter(({ room }) => wantsRoom(room));
  const freshRooms = new Set(fresh.map(({ room }) => room));
  const accountData =
    accountMoved || fresh.length > 0 ? await readAccountDataNews(parts, frame, freshRooms) : noAccountData;

  const join: Record<RoomId, string> = {};
  const steady = new Set(lists.steady.filter(wantsRoom));
  for (const room of steady) {
    const sections = await steadySections(parts, frame, room, since?.rooms as Position);
    const text = await finishJoined(parts, frame, room, sections, accountData, hasTyping(room));
    if (text) join[room] = text;
  }
  for (const room of accountData.rooms) {
    if (steady.has(room) || freshRooms.has(room) || !watch.joined.has(room) || !wantsRoom(room)) continue;
    const text = await finishJoined(parts, frame, room, noHistory(frame), accountData, false);
    if (text) join[room] = text;
  }
  for (const { room, sections } of await freshSections(parts, frame, fresh)) {
    const text = await finishJoined(parts, frame, room, sections, accountData, true, true);
    if (text) join[room] = text;
  }
  const leave = await leftRooms(
    parts,
    frame,
    lists.left.filter(({ room }) => wantsRoom(room)),
    accountData,
  );
  const invite = await invitedRooms(
    parts,
    lists.invited.filter(({ room }) => wantsRoom(room)),
    frame,
    'invite_state',
  );
  const knock = await invitedRooms(
    parts,
    lists.knocked.filter(({ room }) => wantsRoom(room)),
    frame,
    'knock_state',
  );

  const rooms = { join, invite, knock, leave };
  const hasRooms = Object.values(rooms).some((list) => Object.keys(list).length > 0);
  return {
    isEmpty: !hasRooms && accountData.global.length === 0,
    text: answerText(through, accountData, hasRooms ? rooms : undefined),
  };
}

/** The whole answer. Keys for end-to-end encryption are not kept here yet, and that none are is said. */
export function answerText(
  through: SyncFrame['through'],
  { global }: AccountDataNews = noAccountData,
  rooms?: Readonly<Record<string, Readonly<Record<string, string>>>>,
): JsonText {
  return jsonObjectText({
    next_batch: JSON.stringify(formatSyncToken(through)),
    account_data: global.length > 0 ? eventsText(global.map((event) => JSON.stringify(event))) : undefined,
    rooms:
      rooms &&
      jsonObjectText(
        Object.fromEntries(
          Object.entries(rooms)
            .filter(([, list]) => Object.keys(list).length > 0)
            .map(([name, list]) => [name, jsonObjectText(list)]),
        ),
      ),
    device_one_time_keys_count: '{"signed_curve25519":0}',
  });
}

/** What moved behind the token: from memory, and one range read where the user's own memberships may have. */
async function movedRooms(
  parts: SyncParts,
  frame: SyncFrame,
  watch: Watch,
  since: Position,
): Promise<RoomLists | Overtaken> {
  const { through, asker, request } = frame;
  const moved = request.fullState ? watch.joined : watch.changedRooms(frame.since as SyncFrame['through']);
  const steady = [...moved].filter((room) => watch.joined.has(room));
  const mayHaveMoved =
    watch.membershipsChangedAt > since ||
    since < watch.floor.rooms ||
    // A room that the user has just left, by a change that is not marked yet.
    steady.length < moved.size;
  if (!mayHaveMoved) return { steady, fresh: [], left: [], invited: [], knocked: [] };
  return parts.rooms.read(async (reader) => {
    const changes = await reader.membershipChanges(asker.userId, since, lastPosition);
    const newest = changes.at(-1)?.at;
    if (newest !== undefined && newest > through.rooms) return { overtakenAt: newest };
    const standings = await Promise.all(changes.map(({ room }) => reader.membership(asker.userId, room)));
    const known = standings.filter((standing) => standing !== undefined);
    const changed = new Set(known.map(({ room }) => room));
    return {
      steady: steady.filter((room) => !changed.has(room)),
      ...sorted(known),
    };
  });
}

/** Everything, for a first sync: one range read of the user's memberships. */
async function allRooms(parts: SyncParts, frame: SyncFrame): Promise<RoomLists | Overtaken> {
  const { through, asker, request } = frame;
  const standings = await parts.rooms.read((reader) => reader.memberships(asker.userId));
  const overtaking = standings.find(({ at }) => at > through.rooms);
  if (overtaking) return { overtakenAt: overtaking.at };
  const { fresh, left, invited, knocked } = sorted(standings);
  const shownLeft = request.filter.room?.include_leave
    ? left.filter(({ hasJoined, forgotten }) => hasJoined && !forgotten)
    : [];
  return { steady: [], fresh, left: shownLeft, invited, knocked };
}

function sorted(standings: readonly UserMembership[]): Omit<RoomLists, 'steady'> {
  const having = (...memberships: string[]) =>
    standings.filter(({ membership }) => memberships.includes(membership));
  return {
    fresh: having('join'),
    left: having('leave', 'ban'),
    invited: having('invite'),
    knocked: having('knock'),
  };
}

async function steadySections(
  parts: SyncParts,
  frame: SyncFrame,
  room: RoomId,
  since: Position,
): Promise<HistorySections> {
  const recent = await recentSections(parts, frame, room, since);
  if (recent) return recent;
  const { userId: user } = frame.asker;
  return parts.rooms.read((reader) =>
    readSections(reader, parts.sentMembers, frame, {
      // The user was in the room when the token was given, so everything behind it is theirs to see.
      view: { user, room, membership: 'join', memberSince: since, lastJoinedAt: since },
      since,
      through: frame.through.rooms,
      isWhole: frame.request.fullState,
    }),
  );
}

/** A room of which only the user's own account data are news. */
function noHistory({ request, since }: SyncFrame): HistorySections {
  return {
    timeline: [],
    isLimited: false,
    prevBatch: since?.rooms,
    state: [],
    isStateAfter: request.useStateAfter,
    ephemeral: [],
  };
}

async function freshSections(
  parts: SyncParts,
  frame: SyncFrame,
  fresh: readonly UserMembership[],
): Promise<{ room: RoomId; sections: HistorySections }[]> {
  const found: { room: RoomId; sections: HistorySections }[] = [];
  for (let start = 0; start < fresh.length; start += roomsPerSnapshot) {
    const batch = fresh.slice(start, start + roomsPerSnapshot);
    found.push(...(await parts.rooms.read((reader) => readBatch(reader, parts, frame, batch))));
  }
  return found;
}

async function readBatch(
  reader: RoomsReader,
  { sentMembers }: SyncParts,
  frame: SyncFrame,
  batch: readonly UserMembership[],
) {
  const found: { room: RoomId; sections: HistorySections }[] = [];
  for (const standing of batch) {
    const view = await viewOfStanding(reader, frame.asker.userId, standing);
    const wanted = { view, since: undefined, through: frame.through.rooms, isWhole: true };
    found.push({
      room: standing.room,
      sections: await readSections(reader, sentMembers, frame, wanted),
    });
  }
  return found;
}

/** Adds what lies in the other databases; nothing where there is nothing to tell of the room. */
async function finishJoined(
  { transitory }: SyncParts,
  frame: SyncFrame,
  room: RoomId,
  sections: HistorySections,
  accountData: AccountDataNews,
  hasTyping: boolean,
  isFresh = false,
): Promise<string | undefined> {
  const typing = hasTyping ? await typingNews(transitory, frame, room, isFresh) : [];
  const all = {
    ...sections,
    ephemeral: [...sections.ephemeral, ...typing],
    accountData: accountData.ofRoom(room),
  };
  return isFresh || !isEmptyRoom(all) ? joinedRoomText(all) : undefined;
}

/** The typing list, where it changed since the token; to one who is new to the room an empty one says nothing. */
async function typingNews(
  transitory: SyncParts['transitory'],
  frame: SyncFrame,
  room: RoomId,
  isFresh: boolean,
): Promise<EphemeralEvent[]> {
  const { event, changedAt, isEmpty } = await transitory.read((reader) =>
    typingEvent(reader, room, frame.nowMs),
  );
  const since = frame.since?.transitory;
  const isNews = isFresh || since === undefined ? !isEmpty : changedAt > since;
  return isNews ? filtered(roomFilterOf(frame, 'ephemeral'), [event], room) : [];
}

async function leftRooms(
  parts: SyncParts,
  frame: SyncFrame,
  left: readonly UserMembership[],
  accountData: AccountDataNews,
): Promise<Record<RoomId, string>> {
  const found: Record<RoomId, string> = {};
  for (const standing of left) {
    const sections = await parts.rooms.read((reader) =>
      readLeftRoom(reader, parts.sentMembers, frame, standing, frame.since?.rooms),
    );
    found[standing.room] = leftRoomText({ ...sections, accountData: accountData.ofRoom(standing.room) });
  }
  return found;
}

async function invitedRooms(
  { rooms }: SyncParts,
  invited: readonly UserMembership[],
  { asker }: SyncFrame,
  name: 'invite_state' | 'knock_state',
): Promise<Record<RoomId, string>> {
  if (invited.length === 0) return {};
  const states = await rooms.read((reader) =>
    Promise.all(invited.map(({ room }) => reader.invite(asker.userId, room))),
  );
  const texts = invited.map(({ room }, index): [RoomId, string] => {
    const events = (states[index] ?? []).map((event) => JSON.stringify(event));
    return [room, jsonObjectText({ [name]: eventsText(events) })];
  });
  return Object.fromEntries(texts) as Record<RoomId, string>;
}
