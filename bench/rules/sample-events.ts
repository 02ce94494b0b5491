// The room and the events that the rules are measured on: two servers, a moderator, and messages of one kilobyte, each
// hashed and signed as it would be anywhere.
import { type BuiltEvent, buildEvent } from '#protocol/matrix/build-event';
import type { EventDraft } from '#protocol/matrix/event';
import {
  type EventId,
  type RoomId,
  type ServerName,
  serverOf,
  type UserId,
} from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import { defaultRoomVersion as version } from '#protocol/matrix/room-versions';
import { type SigningKey, signingKeyFromSeed } from '#protocol/matrix/signing-keys';

export const canonicalBytes = 1_024;
export const alice = '@alice:one.example' as UserId;
export const bob = '@bob:two.example' as UserId;
const keys: ReadonlyMap<ServerName, SigningKey> = new Map(
  [alice, bob]
    .map(serverOf)
    .map((server, index) => [
      server,
      signingKeyFromSeed(Buffer.alloc(32, index + 1), 'ed25519:bench', server),
    ]),
);

export const keyOf = (user: UserId): SigningKey => keys.get(serverOf(user)) as SigningKey;

export function build(draft: EventDraft): BuiltEvent {
  return buildEvent(draft, version, keyOf(draft.sender));
}

export interface SampleRoom {
  readonly roomId: RoomId;
  readonly create: BuiltEvent;
  readonly powerLevels: BuiltEvent;
  readonly joinRules: BuiltEvent;
  readonly joins: ReadonlyMap<UserId, BuiltEvent>;
}

/** A public room that Alice made; she and Bob are in it. */
export function sampleRoom(): SampleRoom {
  let last: EventId[] = [];
  let depth = 1;
  const next = (
    sender: UserId,
    type: string,
    state_key: string,
    content: JsonObject,
    authEvents: readonly EventId[],
    roomId?: RoomId,
  ): BuiltEvent => {
    const built = build({
      type,
      sender,
      ...(roomId === undefined ? {} : { room_id: roomId }),
      state_key,
      content,
      origin_server_ts: 1_790_000_000_000 + depth,
      depth: depth++,
      prev_events: last,
      auth_events: authEvents,
    });
    last = [built.eventId];
    return built;
  };
  const create = next(alice, 'm.room.create', '', { room_version: version.id }, []);
  const { roomId } = create;
  const aliceJoin = next(alice, 'm.room.member', alice, { membership: 'join' }, [], roomId);
  const levels = { users: { [bob]: 50 }, events: { 'm.room.name': 50, 'm.room.power_levels': 100 } };
  const powerLevels = next(alice, 'm.room.power_levels', '', levels, [aliceJoin.eventId], roomId);
  const authority = [aliceJoin.eventId, powerLevels.eventId];
  const joinRules = next(alice, 'm.room.join_rules', '', { join_rule: 'public' }, authority, roomId);
  const bobJoin = next(
    bob,
    'm.room.member',
    bob,
    { membership: 'join' },
    [joinRules.eventId, powerLevels.eventId],
    roomId,
  );
  const joins = new Map([
    [alice, aliceJoin],
    [bob, bobJoin],
  ]);
  return { roomId, create, powerLevels, joinRules, joins };
}

/** A message of Bob's that no other in the room equals; its signed event has `canonicalBytes` bytes. */
export function messageDraft(room: SampleRoom, number: number): EventDraft {
  const bobJoin = room.joins.get(bob) as BuiltEvent;
  const draft = (body: string): EventDraft => ({
    type: 'm.room.message',
    sender: bob,
    room_id: room.roomId,
    content: { msgtype: 'm.text', 'm.mentions': { user_ids: [alice] }, body },
    origin_server_ts: 1_790_000_000_000 + number,
    depth: 1_000,
    prev_events: [bobJoin.eventId],
    auth_events: [bobJoin.eventId, room.powerLevels.eventId],
  });
  padding ??= canonicalBytes - build(draft(bodyOf(0, 0))).bytes.length;
  return draft(bodyOf(number, padding));
}

let padding: number | undefined;

const bodyOf = (number: number, spaces: number): string =>
  `${number.toString().padStart(8, '0')}${' words and spaces'.repeat(100).slice(0, spaces)}`;

/** The same value with the keys of each object in the reverse of their canonical order, as no writer would have them. */
export function reversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reversed) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, each]) => [key, reversed(each)]),
  ) as T;
}
