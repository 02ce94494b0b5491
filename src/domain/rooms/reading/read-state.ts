// The state of a room as one user may read it: now, or as it was when they left. Client-Server API,
// "GET /rooms/{roomId}/state" and "GET /rooms/{roomId}/state/{eventType}/{stateKey}".
import type { Position } from '#databases/positions';
import type { TimelineEvent } from '#databases/rooms/records';
import type { RoomsReader, StateEntry } from '#databases/rooms/rooms-reader';
import { type Audience, presentState } from '#domain/rooms/reading/present-events';
import { type Asker, type JsonText, jsonArrayText, type Reading } from '#domain/rooms/reading/reading';
import { readableRoom } from '#domain/rooms/reading/room-view';
import type { RoomId } from '#protocol/matrix/identifiers';
import { ProtocolError } from '#support/errors';

/**
 * Every event of the state, as a JSON array.
 * @throws ProtocolError forbidden
 */
export function readState({ rooms, clock }: Reading, asker: Asker, room: RoomId): Promise<JsonText> {
  return rooms.read(async (reader) => {
    const { view, through } = await readableRoom(reader, asker.userId, room);
    const entries = await (through ? reader.stateAt(room, through) : reader.state(room));
    const audience: Audience = { deviceId: asker.deviceId, nowMs: clock.now(), withRoomId: true };
    return jsonArrayText(
      await presentState(reader, view, audience, await stateEvents(reader, room, entries)),
    );
  });
}

/**
 * One key of the state: its content, or with `format` `event` the whole event, as JSON.
 * @throws ProtocolError forbidden; notFound where the key is not set
 */
export function readStateKey(
  { rooms, clock }: Reading,
  asker: Asker,
  room: RoomId,
  { type, stateKey, format }: { type: string; stateKey: string; format: 'content' | 'event' },
): Promise<JsonText> {
  return rooms.read(async (reader) => {
    const { view, through } = await readableRoom(reader, asker.userId, room);
    const event = await stateKeyThrough(reader, room, through, type, stateKey);
    if (!event) throw new ProtocolError('notFound', 'The room has no state of this type and key.');
    if (format === 'content') return JSON.stringify(event.pdu.content) as JsonText;
    const audience: Audience = { deviceId: asker.deviceId, nowMs: clock.now(), withRoomId: true };
    return (await presentState(reader, view, audience, [event]))[0] as JsonText;
  });
}

/** The event that held a key once everything up to `through` had happened; now, where that is undefined. */
export async function stateKeyThrough(
  reader: RoomsReader,
  room: RoomId,
  through: Position | undefined,
  type: string,
  stateKey: string,
): Promise<TimelineEvent | undefined> {
  if (through === undefined) return reader.stateEvent(room, type, stateKey);
  const entry = await reader.stateEntryAt(room, through, type, stateKey);
  return entry && reader.stateEntryEvent(room, entry);
}

/** The whole state once an event had happened: of its own branch, where it lies on a fork. */
export async function stateAfter(reader: RoomsReader, event: TimelineEvent): Promise<StateEntry[]> {
  const { room, at, stateBefore } = event;
  if (stateBefore === undefined) return reader.stateAt(room, at);
  const entries = await reader.entriesIn(room, await reader.stateAfter(event));
  return entries.flatMap(({ type, stateKey, event: id }) =>
    id === undefined ? [] : [{ type, stateKey, event: id, at }],
  );
}

/** The events of entries of the state: a point read each. */
export async function stateEvents(
  reader: RoomsReader,
  room: RoomId,
  entries: readonly StateEntry[],
): Promise<TimelineEvent[]> {
  const events = await Promise.all(entries.map((entry) => reader.stateEntryEvent(room, entry)));
  return events.filter((event) => event !== undefined);
}
