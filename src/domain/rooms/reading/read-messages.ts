// A page of a room's history, in either direction. Client-Server API, "GET /rooms/{roomId}/messages".
import { firstPosition, type Position } from '#databases/positions';
import { memberEvents } from '#domain/rooms/reading/lazy-members';
import { formatHistoryToken, parseHistoryToken } from '#domain/rooms/reading/position-tokens';
import { type Audience, presentEvents, presentState } from '#domain/rooms/reading/present-events';
import {
  type Asker,
  type JsonText,
  jsonArrayText,
  jsonObjectText,
  type Reading,
} from '#domain/rooms/reading/reading';
import { readableRoom } from '#domain/rooms/reading/room-view';
import { scanEvents } from '#domain/rooms/reading/scan-events';
import type { RoomEventFilter } from '#protocol/matrix/filters';
import type { RoomId } from '#protocol/matrix/identifiers';
import { historyEventsDefault, historyEventsMax } from '#support/limits';

export interface PageWanted {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly direction: 'b' | 'f';
  readonly limit?: number | undefined;
  readonly filter?: RoomEventFilter | undefined;
}

/**
 * The page, as JSON of the operation's answer.
 * @throws ProtocolError forbidden; invalidParam for a token that is none
 */
export function readMessages(
  { rooms, clock }: Reading,
  asker: Asker,
  room: RoomId,
  { from, to, direction, limit, filter }: PageWanted,
): Promise<JsonText> {
  const fromPosition = from === undefined ? undefined : parseHistoryToken(from);
  const toPosition = to === undefined ? undefined : parseHistoryToken(to);
  const backward = direction === 'b';
  return rooms.read(async (reader) => {
    const { view, through } = await readableRoom(reader, asker.userId, room);
    const newest = through ?? (await reader.position());
    const start = fromPosition ?? (backward ? newest : firstPosition);
    const [low, high] = backward ? [toPosition, start] : [start, toPosition];
    const { events, stoppedAt } = await scanEvents(reader, view, {
      after: low,
      through: high === undefined || high > newest ? newest : high,
      backward,
      limit: Math.min(limit ?? historyEventsDefault, filter?.limit ?? historyEventsMax, historyEventsMax),
      filter,
    });
    const audience: Audience = { deviceId: asker.deviceId, nowMs: clock.now(), withRoomId: true };
    const senders = new Set(events.map(({ event }) => event.pdu.sender));
    const latest = latestOf(events.map(({ event }) => event.at));
    const members =
      filter?.lazy_load_members && latest ? await memberEvents(reader, room, senders, latest) : [];
    // Where only `to` ended the walk there is more behind it.
    const end = stoppedAt ?? toPosition;
    return jsonObjectText({
      chunk: jsonArrayText(await presentEvents(reader, view, audience, events)),
      start: JSON.stringify(from ?? formatHistoryToken(start)),
      end: end && JSON.stringify(formatHistoryToken(end)),
      state:
        members.length > 0 ? jsonArrayText(await presentState(reader, view, audience, members)) : undefined,
    });
  });
}

function latestOf(positions: readonly Position[]): Position | undefined {
  const [first, last] = [positions[0], positions.at(-1)];
  return first !== undefined && last !== undefined && first > last ? first : last;
}
