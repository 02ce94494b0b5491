// One event by its id, and what happened around it, for one who may see it. Client-Server API,
// "GET /rooms/{roomId}/event/{eventId}" and "GET /rooms/{roomId}/context/{eventId}".
import { positionBefore } from '#databases/positions';
import type { TimelineEvent } from '#databases/rooms/records';
import type { RoomsReader } from '#databases/rooms/rooms-reader';
import { formatHistoryToken } from '#domain/rooms/reading/position-tokens';
import { type Audience, presentEvents, presentState } from '#domain/rooms/reading/present-events';
import { stateAfter, stateEvents } from '#domain/rooms/reading/read-state';
import {
  type Asker,
  type JsonText,
  jsonArrayText,
  jsonObjectText,
  type Reading,
} from '#domain/rooms/reading/reading';
import { type RoomView, readableRoom, viewRoom } from '#domain/rooms/reading/room-view';
import { scanEvents } from '#domain/rooms/reading/scan-events';
import { type SeenEvent, visibleEvents } from '#domain/rooms/reading/visible-events';
import { matchesEventFilter, type RoomEventFilter } from '#protocol/matrix/filters';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import { ProtocolError } from '#support/errors';
import { historyEventsDefault, historyEventsMax } from '#support/limits';

/**
 * One event, as JSON.
 * @throws ProtocolError notFound where there is none, or the asker may not see it
 */
export function readEvent(
  { rooms, clock }: Reading,
  asker: Asker,
  room: RoomId,
  eventId: EventId,
): Promise<JsonText> {
  return rooms.read(async (reader) => {
    const view = await viewRoom(reader, asker.userId, room);
    const seen = await visibleEvent(reader, view, eventId);
    const audience: Audience = { deviceId: asker.deviceId, nowMs: clock.now(), withRoomId: true };
    return (await presentEvents(reader, view, audience, [seen]))[0] as JsonText;
  });
}

/** @throws ProtocolError notFound where the room has no such event, or the user may not see it */
export async function visibleEvent(
  reader: RoomsReader,
  view: RoomView,
  eventId: EventId,
): Promise<SeenEvent> {
  const event = await reader.event(eventId);
  const [seen] = event?.room === view.room ? await visibleEvents(reader, view, [event]) : [];
  if (seen) return seen;
  throw new ProtocolError('notFound', 'There is no such event in this room, or it is not yours to see.');
}

export interface ContextWanted {
  /** Of the events before and after together. */
  readonly limit?: number | undefined;
  readonly filter?: RoomEventFilter | undefined;
}

/**
 * An event with its neighbours and the state at the last of them, as JSON of the operation's answer.
 * @throws ProtocolError forbidden for one who may not read the room, notFound for an unknown or invisible event
 */
export function readContext(
  { rooms, clock }: Reading,
  asker: Asker,
  room: RoomId,
  eventId: EventId,
  { limit: wanted, filter }: ContextWanted,
): Promise<JsonText> {
  return rooms.read(async (reader) => {
    const { view, through } = await readableRoom(reader, asker.userId, room);
    const seen = await visibleEvent(reader, view, eventId);
    const { at } = seen.event;
    const limit = Math.min(
      wanted ?? historyEventsDefault,
      filter?.limit ?? historyEventsMax,
      historyEventsMax,
    );
    const [before, after] = await Promise.all([
      scanEvents(reader, view, {
        through: positionBefore(at),
        backward: true,
        limit: Math.ceil(limit / 2),
        filter,
      }),
      scanEvents(reader, view, { after: at, through, backward: false, limit: Math.floor(limit / 2), filter }),
    ]);
    const shown = [...before.events, seen, ...after.events];
    const first = (before.events.at(-1) ?? seen).event.at;
    const { event: lastEvent } = after.events.at(-1) ?? seen;
    const last = lastEvent.at;
    const state = await stateAround(reader, lastEvent, filter, shown);
    const audience: Audience = { deviceId: asker.deviceId, nowMs: clock.now(), withRoomId: true };
    const texts = await presentEvents(reader, view, audience, shown);
    const middle = before.events.length;
    return jsonObjectText({
      event: texts[middle],
      events_before: jsonArrayText(texts.slice(0, middle)),
      events_after: jsonArrayText(texts.slice(middle + 1)),
      start: JSON.stringify(formatHistoryToken(positionBefore(first))),
      end: JSON.stringify(formatHistoryToken(last)),
      state: jsonArrayText(await presentState(reader, view, audience, state)),
    });
  });
}

/** "The state of the room at the last event returned", as far as the filter wants it. */
async function stateAround(
  reader: RoomsReader,
  last: TimelineEvent,
  filter: RoomEventFilter | undefined,
  shown: readonly SeenEvent[],
): Promise<TimelineEvent[]> {
  const { room } = last;
  let entries = await stateAfter(reader, last);
  if (filter?.lazy_load_members) {
    const senders = new Set<string>(shown.map(({ event }) => event.pdu.sender));
    entries = entries.filter(({ type, stateKey }) => type !== 'm.room.member' || senders.has(stateKey));
  }
  const state = await stateEvents(reader, room, entries);
  return state.filter(({ pdu }) => matchesEventFilter(filter, { ...pdu, room_id: room }));
}
