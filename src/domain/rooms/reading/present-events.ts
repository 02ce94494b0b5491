// Events as the text of their client form. Most of an event is the same for everybody who is shown it, so that part is
// written once and kept with the event; `unsigned` is added for the one who asks. Client-Server API, "Room event format".
import type { TimelineEvent } from '#databases/rooms/records';
import type { RoomsReader } from '#databases/rooms/rooms-reader';
import type { RoomView } from '#domain/rooms/reading/room-view';
import { type SeenEvent, visibleEvents } from '#domain/rooms/reading/visible-events';
import { toClientEventWithoutRoomId, type Unsigned } from '#protocol/matrix/client-event';
import type { Pdu } from '#protocol/matrix/event';
import type { UserId } from '#protocol/matrix/identifiers';
import { plainNumber } from '#protocol/matrix/integers';
import { type RoomVersion, roomVersion } from '#protocol/matrix/room-versions';

/** For whom events are written, and when. */
export interface Audience {
  readonly deviceId: string;
  /** Milliseconds since the Unix epoch, for the age of events. */
  readonly nowMs: number;
  /** Whether events say in which room they are; in `/sync` that is plain from where they stand. */
  readonly withRoomId: boolean;
  /** `event_format` of the filter: `federation` shows events as they were signed. */
  readonly format?: 'client' | 'federation';
}

/** The text of each event of a timeline, in the same order. */
export async function presentEvents(
  reader: RoomsReader,
  view: RoomView,
  audience: Audience,
  events: readonly SeenEvent[],
): Promise<string[]> {
  const texts: string[] = [];
  for (const seen of events) {
    const { event } = seen;
    const unsigned: Unsigned = {
      ...sentBy(event, view.user, audience),
      ...(event.redactedBy === undefined ? undefined : await redaction(reader, view, audience, event)),
      ...(event.replaces === undefined ? undefined : await replaced(reader, view, seen)),
      membership: seen.membership,
    };
    texts.push(eventText(event, audience, unsigned, await redactsIn(reader, event)));
  }
  return texts;
}

/**
 * The same without a reader, for one who has been in the room since before the first of the events: undefined where an
 * event needs something looked up.
 */
export function presentPlainEvents(
  user: UserId,
  audience: Audience,
  events: readonly TimelineEvent[],
): string[] | undefined {
  const texts: string[] = [];
  for (const event of events) {
    if (event.redactedBy !== undefined || event.replaces !== undefined) return undefined;
    // How a redaction is shown depends on the room's version; once it has been shown, that is known.
    if (event.pdu.type === 'm.room.redaction' && !sharedTexts.has(event.pdu)) return undefined;
    // A change of the user's own membership would have to be said of the event itself.
    if (event.pdu.type === 'm.room.member' && event.pdu.state_key === user) return undefined;
    texts.push(eventText(event, audience, { ...sentBy(event, user, audience), membership: 'join' }));
  }
  return texts;
}

/** The text of events that are shown as the room's state. */
export async function presentState(
  reader: RoomsReader,
  view: RoomView,
  audience: Audience,
  events: readonly TimelineEvent[],
): Promise<string[]> {
  const texts: string[] = [];
  for (const event of events) {
    const { redactedBy, replaces } = event;
    const unsigned: Unsigned = {
      ...sentBy(event, view.user, audience),
      ...(redactedBy === undefined ? undefined : await redaction(reader, view, audience, event)),
      ...(replaces === undefined ? undefined : { replaces_state: replaces }),
    };
    texts.push(eventText(event, audience, unsigned, await redactsIn(reader, event)));
  }
  return texts;
}

/** The client form as text: what is kept of it, and what is said to this audience. */
function eventText(
  event: TimelineEvent,
  audience: Audience,
  unsigned: Unsigned,
  redactsIn?: RoomVersion['redactsIn'],
): string {
  if (audience.format === 'federation') return JSON.stringify(event.pdu);
  const age = audience.nowMs - plainNumber(event.pdu.origin_server_ts);
  const room = audience.withRoomId ? `,"room_id":${JSON.stringify(event.room)}` : '';
  return `${sharedText(event, redactsIn)}${room},"unsigned":${JSON.stringify({ age, ...unsigned })}}`;
}

const sharedTexts = new WeakMap<Pdu, string>();

/** The client form without its end, for as long as the parsed event is kept. */
function sharedText({ eventId, pdu }: TimelineEvent, redactsIn?: RoomVersion['redactsIn']): string {
  const known = sharedTexts.get(pdu);
  if (known !== undefined) return known;
  const text = JSON.stringify(toClientEventWithoutRoomId(eventId, pdu, undefined, redactsIn)).slice(0, -1);
  sharedTexts.set(pdu, text);
  return text;
}

/** Where redactions of the event's room name their targets; for every other event that is of no interest. */
async function redactsIn(
  reader: RoomsReader,
  { pdu, room }: TimelineEvent,
): Promise<RoomVersion['redactsIn'] | undefined> {
  if (pdu.type !== 'm.room.redaction') return undefined;
  const record = await reader.room(room);
  return record && roomVersion(record.version).redactsIn;
}

/** "transaction_id … if the client being given the event is the same one which sent it". */
function sentBy({ sentBy, pdu }: TimelineEvent, user: UserId, { deviceId }: Audience): Unsigned | undefined {
  if (sentBy?.deviceId !== deviceId || pdu.sender !== user) return undefined;
  return { transaction_id: sentBy.transactionId };
}

async function redaction(
  reader: RoomsReader,
  view: RoomView,
  audience: Audience,
  { redactedBy }: TimelineEvent,
): Promise<Unsigned | undefined> {
  const event = redactedBy && (await reader.event(redactedBy));
  const [seen] = event ? await visibleEvents(reader, view, [event]) : [];
  if (!seen) return undefined;
  const { eventId, pdu, room } = seen.event;
  const age = audience.nowMs - plainNumber(pdu.origin_server_ts);
  const place = await redactsIn(reader, seen.event);
  const shown = toClientEventWithoutRoomId(eventId, pdu, { age, membership: seen.membership }, place);
  return { redacted_because: audience.withRoomId ? { ...shown, ...{ room_id: room } } : shown };
}

/** `prev_content` is for those who knew the state before: its id tells nothing and is said to everybody. */
async function replaced(
  reader: RoomsReader,
  view: RoomView,
  { event, wasMember }: SeenEvent,
): Promise<Unsigned | undefined> {
  const { replaces } = event;
  if (replaces === undefined) return undefined;
  const before = await reader.event(replaces);
  if (!before) return { replaces_state: replaces };
  const isOwn = event.pdu.type === 'm.room.member' && event.pdu.state_key === view.user;
  const mayKnow = wasMember || isOwn || (await visibleEvents(reader, view, [before])).length > 0;
  return { replaces_state: replaces, ...(mayKnow ? { prev_content: before.pdu.content } : {}) };
}
