// The rooms that the user is in, put together from all databases. Client-Server API, "GET /sync", JoinedRoom.
import { setImmediate as yieldTurn } from 'node:timers/promises';
import type { Position } from '#databases/positions';
import type { RoomsReader, UserMembership } from '#databases/rooms/rooms-reader';
import { viewOfStanding } from '#domain/rooms/reading/room-view';
import type { AccountDataNews } from '#domain/sync/account-data-events';
import { type EphemeralEvent, typingEvent } from '#domain/sync/ephemeral-events';
import { type HistorySections, readSections, recentSections } from '#domain/sync/joined-room';
import { isEmptyRoom, joinedRoomText } from '#domain/sync/room-sections';
import type { SyncParts } from '#domain/sync/sync-parts';
import { filtered, roomFilterOf, type SyncFrame } from '#domain/sync/sync-request';
import type { RoomId } from '#protocol/matrix/identifiers';
import { roomsPerSnapshot } from '#support/limits';

/** What happened in a room that the user was in all the time since the token. */
export async function steadySections(
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
export function noHistory({ request, since }: SyncFrame): HistorySections {
  return {
    timeline: [],
    isLimited: false,
    prevBatch: since?.rooms,
    state: [],
    isStateAfter: request.useStateAfter,
    ephemeral: [],
  };
}

/** Rooms that are new to the client: their state and the end of their history. */
export async function freshSections(
  parts: SyncParts,
  frame: SyncFrame,
  fresh: readonly UserMembership[],
): Promise<{ room: RoomId; sections: HistorySections }[]> {
  const found: { room: RoomId; sections: HistorySections }[] = [];
  for (let start = 0; start < fresh.length; start += roomsPerSnapshot) {
    const batch = fresh.slice(start, start + roomsPerSnapshot);
    found.push(...(await parts.rooms.read((reader) => readBatch(reader, parts, frame, batch))));
    // The store may answer at once: whoever has many rooms must not keep everybody else waiting.
    await yieldTurn();
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
export async function finishJoined(
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
