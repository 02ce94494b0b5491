// What an event of ours follows in rooms that others have taken to the limits of their version: depths beyond JavaScript's
// numbers, and content that must be kept to the last digit. Room versions 1 and 6, "Event format".
import { describe, expect, test } from 'vitest';
import { createRoom } from '#domain/rooms/create-room';
import { receivePdu } from '#domain/rooms/receive-pdu';
import type { Rooms } from '#domain/rooms/rooms';
import { sendEvent } from '#domain/rooms/send-event';
import { buildEvent } from '#protocol/matrix/build-event';
import { canonicalJson } from '#protocol/matrix/canonical-json';
import type { EventDraft, Pdu } from '#protocol/matrix/event';
import { contentHashMatches, eventIdOf, referenceTo } from '#protocol/matrix/hashes';
import { type EventId, parseServerName, type RoomId, type UserId } from '#protocol/matrix/identifiers';
import type { Integer } from '#protocol/matrix/integers';
import { ExactNumber, type JsonObject } from '#protocol/matrix/json';
import { parseJson } from '#protocol/matrix/parse-json';
import { type RoomVersion, roomVersion } from '#protocol/matrix/room-versions';
import { signingKeyFromSeed, verifyKey } from '#protocol/matrix/signing-keys';
import { alice, openRooms } from '#test/fixtures/rooms';

const eve = '@eve:b.org' as UserId;
const theirs = signingKeyFromSeed(Buffer.alloc(32, 9), 'ed25519:e', parseServerName('b.org'));
const findKeys = () => () => verifyKey(theirs.publicKey);

/** An event by Eve that follows `prev`, authorised by the state under `auth`. */
async function byEve(
  rooms: Rooms,
  version: RoomVersion,
  room: RoomId,
  prev: EventId,
  auth: readonly (readonly [string, string])[],
  event: Pick<EventDraft, 'type' | 'content' | 'depth'> & { state_key?: string },
): Promise<EventDraft> {
  return rooms.database.read(async (reader) => {
    const named = await Promise.all(auth.map(([type, key]) => reader.stateEvent(room, type, key)));
    const before = await reader.event(prev);
    const reference = (of: { eventId: EventId; pdu: Pdu } | undefined) =>
      referenceTo(of?.eventId as EventId, of?.pdu as Pdu, version);
    return {
      ...event,
      ...(version.eventIds === 'chosen' ? { event_id: `$${event.type}:b.org` as EventId } : {}),
      room_id: room,
      sender: eve,
      origin_server_ts: 5,
      prev_events: [reference(before)],
      auth_events: named.map(reference),
    };
  });
}

/** A room that Eve has joined and, by her word, taken to `depth`. */
async function deepRoom(id: string, depth: Integer, content: JsonObject) {
  const version = roomVersion(id);
  const rooms = await openRooms();
  const room = await createRoom(rooms, alice, { roomVersion: id, preset: 'public_chat' });
  const extremity = async () => {
    const head = await rooms.database.read((reader) => reader.head(room));
    expect(head?.extremities).toHaveLength(1);
    return head?.extremities[0] as EventId;
  };
  const receive = async (draft: EventDraft) => {
    const { bytes } = buildEvent(draft, version, theirs);
    const receipt = await receivePdu(rooms, { pdu: parseJson(bytes).value, findKeys });
    expect(receipt).toMatchObject({ outcome: 'accepted' });
  };
  const common = [
    ['m.room.create', ''],
    ['m.room.power_levels', ''],
  ] as const;
  const join = { type: 'm.room.member', content: { membership: 'join' }, depth: 20, state_key: eve };
  await receive(
    await byEve(rooms, version, room, await extremity(), [...common, ['m.room.join_rules', '']], join),
  );
  const message = { type: 'm.room.message', content, depth };
  await receive(
    await byEve(rooms, version, room, await extremity(), [...common, ['m.room.member', eve]], message),
  );
  return { rooms, room, version, extremity };
}

const exact = (text: string) => new ExactNumber(text);

describe('depth', () => {
  test.each<[string, Integer, Integer[]]>([
    ['1', exact('9223372036854775805'), [exact('9223372036854775806'), exact('9223372036854775807')]],
    ['3', exact('9223372036854775807'), [exact('9223372036854775807'), exact('9223372036854775807')]],
    ['5', Number.MAX_SAFE_INTEGER, [exact('9007199254740992'), exact('9007199254740993')]],
    ['6', Number.MAX_SAFE_INTEGER, [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]],
    ['11', Number.MAX_SAFE_INTEGER - 1, [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]],
    ['11', 40, [41, 42]],
  ])('in version %s goes on from %o up to the limit', async (id, depth, expected) => {
    const { rooms, room, version } = await deepRoom(id, depth, { body: 'deep' });
    const depths: Integer[] = [];
    for (const transactionId of ['1', '2']) {
      const request = { room, type: 'm.room.message', transactionId, content: { body: 'x' } };
      const eventId = await sendEvent(rooms, alice, request);
      const event = await rooms.database.read((reader) => reader.event(eventId));
      const pdu = event?.pdu as Pdu;
      depths.push(pdu.depth);
      expect(eventIdOf(pdu, version)).toBe(eventId);
      expect(contentHashMatches(pdu)).toBe(true);
    }
    expect(depths).toEqual(expected);
  });
});

test('what an event of an old room holds is kept to the last digit', async () => {
  const content = { body: exact('1.50'), big: exact('90071992547409930'), nested: [exact('1E-7')] };
  const { rooms, extremity } = await deepRoom('4', 30, content);
  const id = await extremity();
  const { database } = rooms;
  const event = await database.read((reader) => reader.event(id));
  expect(event?.pdu.content).toEqual(content);
  expect(contentHashMatches(event?.pdu as Pdu)).toBe(true);
  expect(canonicalJson(event?.pdu.content as JsonObject)).toContain('"body":1.50');
});

describe('a number that canonical JSON does not know', () => {
  const content = { body: 'x', share: 0.5, list: [1e21, -2.25] };

  test.each(['1', '3', '5'])('is sent into a room of version %s', async (id) => {
    const rooms = await openRooms();
    const room = await createRoom(rooms, alice, { roomVersion: id });
    const eventId = await sendEvent(rooms, alice, { room, type: 'm.x', transactionId: '1', content });
    const { pdu } = (await rooms.database.read((reader) => reader.event(eventId))) as { pdu: Pdu };
    expect(JSON.parse(JSON.stringify(pdu.content))).toEqual(content);
    expect(contentHashMatches(pdu)).toBe(true);
    const beyond = { room, type: 'm.x', transactionId: '2', content: { big: Number.POSITIVE_INFINITY } };
    await expect(sendEvent(rooms, alice, beyond)).rejects.toMatchObject({ kind: 'badJson' });
  });

  test.each(['6', '12'])('is refused in a room of version %s', async (id) => {
    const rooms = await openRooms();
    const room = await createRoom(rooms, alice, { roomVersion: id });
    const sent = sendEvent(rooms, alice, { room, type: 'm.x', transactionId: '1', content });
    await expect(sent).rejects.toMatchObject({ kind: 'badJson' });
  });
});
