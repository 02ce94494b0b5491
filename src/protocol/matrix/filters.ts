// Filters, by which clients say which events they want. Client-Server API, "Filtering".
import { z } from 'zod';
import { isRoomId, isUserId } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import { matchesWildcard } from '#protocol/matrix/wildcard';
import { ProtocolError } from '#support/errors';
import { filterEntriesMax } from '#support/limits';

const list = (entry: z.ZodType<string>) => z.array(entry).max(filterEntriesMax).optional();
const users = list(z.string().refine(isUserId, 'must be a user id'));
const rooms = list(z.string().refine(isRoomId, 'must be a room id'));
const types = list(z.string());
const flag = z.boolean().optional();

const eventFilter = z.object({
  limit: z.int().positive().optional(),
  types,
  not_types: types,
  senders: users,
  not_senders: users,
});

const roomEventFilter = eventFilter.extend({
  rooms,
  not_rooms: rooms,
  contains_url: flag,
  lazy_load_members: flag,
  include_redundant_members: flag,
  unread_thread_notifications: flag,
});

const filter = z.object({
  event_fields: list(z.string()),
  event_format: z.enum(['client', 'federation']).optional(),
  presence: eventFilter.optional(),
  account_data: eventFilter.optional(),
  room: z
    .object({
      rooms,
      not_rooms: rooms,
      include_leave: flag,
      ephemeral: roomEventFilter.optional(),
      state: roomEventFilter.optional(),
      timeline: roomEventFilter.optional(),
      account_data: roomEventFilter.optional(),
    })
    .optional(),
});

export type EventFilter = z.infer<typeof eventFilter>;
export type RoomEventFilter = z.infer<typeof roomEventFilter>;
export type Filter = z.infer<typeof filter>;

/** What a filter may look at; events that lack a part (typing has no sender) pass where they cannot be told apart. */
export interface FilteredEvent {
  readonly type: string;
  readonly sender?: string;
  readonly content: JsonObject;
  readonly room_id?: string;
}

/** The filter in a request's JSON, without keys that the specification does not know. Throws `badJson`. */
export function parseFilter(json: unknown): Filter {
  return parse(filter, json);
}

/** The filter of `/messages` and `/context`. Throws `badJson`. */
export function parseRoomEventFilter(json: unknown): RoomEventFilter {
  return parse(roomEventFilter, json);
}

/** True when the filter includes the event. Exclusions outweigh inclusions; an empty list includes nothing. */
export function matchesEventFilter(wanted: RoomEventFilter | undefined, event: FilteredEvent): boolean {
  if (wanted === undefined) return true;
  const isType = (pattern: string) => matchesWildcard(pattern, event.type);
  if (wanted.not_types?.some(isType)) return false;
  if (wanted.types && !wanted.types.some(isType)) return false;
  if (!isIncluded(wanted.senders, wanted.not_senders, event.sender)) return false;
  if (!matchesRoomFilter(wanted, event.room_id)) return false;
  return wanted.contains_url === undefined || wanted.contains_url === Object.hasOwn(event.content, 'url');
}

/** True when the filter's `rooms` and `not_rooms` include the room. */
export function matchesRoomFilter(
  wanted: Pick<RoomEventFilter, 'rooms' | 'not_rooms'> | undefined,
  roomId: string | undefined,
): boolean {
  return isIncluded(wanted?.rooms, wanted?.not_rooms, roomId);
}

/** The number of events to answer with: what the filter asks for, `byDefault` without a word, `max` at most. */
export function filterLimit(
  wanted: Pick<EventFilter, 'limit'> | undefined,
  { byDefault, max }: { readonly byDefault: number; readonly max: number },
): number {
  return Math.min(wanted?.limit ?? byDefault, max);
}

function isIncluded(
  included: readonly string[] | undefined,
  excluded: readonly string[] | undefined,
  id: string | undefined,
): boolean {
  if (id === undefined) return true;
  return !excluded?.includes(id) && (included === undefined || included.includes(id));
}

function parse<T>(schema: z.ZodType<T>, json: unknown): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw new ProtocolError('badJson', `Filter: ${path.length > 0 ? `${path.join('.')}: ` : ''}${message}`);
}
