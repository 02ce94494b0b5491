// What becomes of events from other servers, one check at a time. Random graphs: received-graphs.test.ts.
import { describe, expect, test } from 'vitest';
import { Lanes } from '#domain/rooms/lanes';
import { inviteUser } from '#domain/rooms/membership';
import { receiveOutlier } from '#domain/rooms/receive-outlier';
import { receivePdu } from '#domain/rooms/receive-pdu';
import type { Rooms } from '#domain/rooms/rooms';
import { sendEvent } from '#domain/rooms/send-event';
import { setState } from '#domain/rooms/set-state';
import { canonicalJson } from '#protocol/matrix/canonical-json';
import { authEventIds, prevEventIds } from '#protocol/matrix/event';
import type { UserId } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import { parseJson } from '#protocol/matrix/parse-json';
import { roomVersion } from '#protocol/matrix/room-versions';
import type { Store } from '#store/contract';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';
import { prevEventsMax } from '#support/limits';
import { type GrownEvent, Growth, randomRoomKey } from '#test/fixtures/random-rooms';
import { receive } from '#test/fixtures/received-room';
import { alice, openRooms } from '#test/fixtures/rooms';

const [ann, ben, bob] = ['@ann:a.org', '@ben:b.org', '@bob:test'] as UserId[] as [UserId, UserId, UserId];
/** Of the servers of random rooms, in their order. */
const [here, a, b] = [0, 1, 2];

/** A room that its creator has made and everybody has joined, received up to there. */
async function begun(version = '11', store: Store = makeStore(openMemoryEngine())) {
  const rooms = await openRooms(store);
  const growth = new Growth(roomVersion(version));
  growth.begin();
  for (const event of growth.events) await receive(rooms, event);
  const last = growth.events.at(-1) as GrownEvent;
  return { rooms, growth, room: growth.roomId, last };
}

const topic = (sender: UserId, text: string) => ({
  type: 'm.room.topic',
  sender,
  stateKey: '',
  content: { topic: text },
});
const say = (sender: UserId, body: string) => ({ type: 'm.room.message', sender, content: { body } });
const member = (sender: UserId, user: UserId, membership: string) => ({
  type: 'm.room.member',
  sender,
  stateKey: user,
  content: { membership },
});

const with_ = (event: GrownEvent, more: JsonObject): { text: string } => ({
  text: canonicalJson({ ...(parseJson(event.text).value as JsonObject), ...more }),
});

const stored = (rooms: Rooms, { eventId }: GrownEvent) =>
  rooms.database.read((reader) => reader.anyEvent(eventId));
const inTimeline = (rooms: Rooms, { eventId }: GrownEvent) =>
  rooms.database.read((reader) => reader.event(eventId));

describe('what is dropped', () => {
  test('what is no event of the version', async () => {
    const { rooms, growth } = await begun();
    const event = growth.extend(a, say(ann, 'hello'));
    await expect(receive(rooms, with_(event, { depth: -1 }))).rejects.toMatchObject({ kind: 'badJson' });
    await expect(receive(rooms, { text: '[]' })).rejects.toMatchObject({ kind: 'badJson' });
    const large = with_(event, { unsigned: { padding: 'x'.repeat(65_536) } });
    await expect(receive(rooms, large)).rejects.toMatchObject({ kind: 'tooLarge' });
    expect(await stored(rooms, event)).toBeUndefined();
  });

  test('events of unknown rooms, and create events where no room may begin', async () => {
    const rooms = await openRooms();
    const growth = new Growth(roomVersion('12'));
    growth.begin();
    const [create, join] = growth.events as [GrownEvent, GrownEvent];
    await expect(receive(rooms, join)).rejects.toMatchObject({ kind: 'notFound' });
    const begin = { pdu: parseJson(create.text).value, findKeys: () => randomRoomKey };
    await expect(receivePdu(rooms, begin)).rejects.toMatchObject({ kind: 'notFound' });
    expect(await receivePdu(rooms, { ...begin, mayBeginRoom: true })).toMatchObject({ outcome: 'accepted' });
    expect(await receivePdu(rooms, begin)).toMatchObject({ outcome: 'accepted', wasKnown: true });
  });

  test.each(['1', '3', '12'])('in version %s, what follows nothing and begins nothing', async (version) => {
    const { rooms, growth } = await begun(version);
    const event = growth.extend(a, say(ann, 'hello'), [], false);
    await expect(receive(rooms, event)).rejects.toMatchObject({ kind: 'forbidden' });
    expect(await stored(rooms, event)).toBeUndefined();
  });

  test('a second create event of a room', async () => {
    const { rooms, growth } = await begun();
    const other = new Growth(roomVersion('11'));
    other.extend(here, {
      type: 'm.room.create',
      sender: alice.userId,
      stateKey: '',
      content: { room_version: '11', again: true },
    });
    await expect(receive(rooms, other.events[0] as GrownEvent)).rejects.toMatchObject({ kind: 'forbidden' });
    expect(other.roomId).toBe(growth.roomId);
  });

  test('events that their servers have not signed', async () => {
    const { rooms, growth } = await begun();
    const event = growth.extend(a, say(ann, 'hello'));
    const unsigned = with_(event, { signatures: {} });
    await expect(receive(rooms, unsigned)).rejects.toMatchObject({ kind: 'forbidden' });
    const foreign = { 'a.org': { 'ed25519:1': 'A'.repeat(86) } };
    await expect(receive(rooms, with_(event, { signatures: foreign }))).rejects.toMatchObject({
      kind: 'forbidden',
    });
    expect(await stored(rooms, event)).toBeUndefined();
    expect(await receive(rooms, event)).toEqual({
      outcome: 'accepted',
      eventId: event.eventId,
      wasKnown: false,
    });
  });
});

describe('what is kept', () => {
  test('the redacted form, where the content hash does not match', async () => {
    const { rooms, growth } = await begun();
    const event = growth.extend(a, say(ann, 'hello'));
    const forged = with_(event, { content: { body: 'goodbye' }, further: 1 });
    expect(await receive(rooms, forged)).toMatchObject({ outcome: 'accepted', eventId: event.eventId });
    expect((await inTimeline(rooms, event))?.pdu).toEqual({ ...event.pdu, content: {} });
  });

  test('nothing, while something is missing', async () => {
    const { rooms, growth } = await begun();
    const first = growth.extend(a, topic(ann, 'one'));
    const second = growth.extend(a, say(ann, 'two'));
    const missing = { outcome: 'missing', eventId: second.eventId, missing: [first.eventId] };
    expect(await receive(rooms, second)).toEqual(missing);
    expect(await stored(rooms, second)).toBeUndefined();
    await receive(rooms, first);
    expect(await receive(rooms, second)).toMatchObject({ outcome: 'accepted', wasKnown: false });
  });

  test('the answer, for one who sends it again', async () => {
    const { rooms, growth, last } = await begun();
    const ban = growth.extend(here, member(alice.userId, ben, 'ban'));
    const evading = growth.extend(b, topic(ben, 'mine'), [last.eventId]);
    const rejected = growth.extend(b, topic(ben, 'mine too'), [ban.eventId]);
    for (const event of [ban, evading, rejected]) {
      const first = await receive(rooms, event);
      const again = await receive(rooms, event);
      expect(again).toEqual({ ...first, wasKnown: true });
    }
    expect(await receive(rooms, evading)).toMatchObject({ outcome: 'soft-failed', rule: '5' });
    expect(await receive(rooms, rejected)).toMatchObject({ outcome: 'rejected', rule: '5' });
  });
});

describe('what comes at the same moment', () => {
  test('is answered for once, and then as known', async () => {
    const { rooms, growth, last } = await begun();
    const rejected = growth.extend(here, { ...topic(bob, 'x'), type: 'm.room.name' }, [last.eventId], false);
    const some = growth.extend(a, say(ann, 'some'), [last.eventId], false);
    const others = growth.extend(a, say(ann, 'others'), [last.eventId], false);
    const often = Array.from({ length: 10 }, () => [rejected, some, others]).flat();
    const receipts = await Promise.all(often.map((event) => receive(rooms, event)));
    for (const { event, outcome } of [
      { event: rejected, outcome: 'rejected' },
      { event: some, outcome: 'accepted' },
      { event: others, outcome: 'accepted' },
    ]) {
      const of = receipts.filter(({ eventId }) => eventId === event.eventId);
      expect(of.every((receipt) => receipt.outcome === outcome)).toBe(true);
      expect(of.filter((receipt) => 'wasKnown' in receipt && !receipt.wasKnown)).toHaveLength(1);
    }
    expect((await rooms.database.check()).value.differences).toEqual([]);
  });

  test('does not count what was rejected a moment before as authorising', async () => {
    const { rooms, growth, last } = await begun();
    const levels = growth.extend(
      here,
      { type: 'm.room.power_levels', sender: bob, stateKey: '', content: { users: { [bob]: 100 } } },
      [last.eventId],
      false,
    );
    const plain = growth.extend(a, say(ann, 'plain'), [last.eventId], false);
    const authEvents = authEventIds(plain.pdu).map((id) =>
      growth.graph.get(id).pdu.type === 'm.room.power_levels' ? levels.eventId : id,
    );
    const event = growth.extend(a, say(ann, 'hello'), [last.eventId], false, authEvents);
    const receipts = await Promise.all([levels, event].map((each) => receive(rooms, each)));
    expect(receipts).toMatchObject([
      { outcome: 'rejected', rule: '7' },
      { outcome: 'rejected', rule: '2.3' },
    ]);
  });
});

// Server-Server API, "Soft failure": its example, and what the versions of state resolution make of it.
describe.each([
  { version: '1', wins: 'mine' },
  { version: '2', wins: undefined },
  { version: '12', wins: undefined },
])('a topic that evades a ban in version $version', ({ version, wins }) => {
  test('is soft-failed, and takes part in the resolution of those who follow it', async () => {
    const { rooms, growth, room, last } = await begun(version);
    const ban = growth.extend(here, member(alice.userId, ben, 'ban'));
    const evading = growth.extend(b, topic(ben, 'mine'), [last.eventId]);
    await receive(rooms, ban);
    expect(await receive(rooms, evading)).toMatchObject({ outcome: 'soft-failed' });
    const state = () => rooms.database.read((reader) => reader.stateEvent(room, 'm.room.topic', ''));
    const head = () => rooms.database.read((reader) => reader.head(room));
    expect(await inTimeline(rooms, evading)).toBeUndefined();
    expect(await state()).toBeUndefined();
    expect((await head())?.extremities).toEqual([ban.eventId]);
    const both = growth.extend(a, say(ann, 'both'), [ban.eventId, evading.eventId]);
    expect(await receive(rooms, both)).toMatchObject({ outcome: 'accepted' });
    expect((await state())?.pdu.content.topic).toBe(wins);
    expect((await head())?.extremities).toEqual([both.eventId]);
    expect(await inTimeline(rooms, evading)).toBeUndefined();
    expect((await rooms.database.check()).value.differences).toEqual([]);
  });
});

describe('redactions', () => {
  const redaction = (sender: UserId, target: GrownEvent, version: string) =>
    roomVersion(version).redactsIn === 'content'
      ? { type: 'm.room.redaction', sender, content: { redacts: target.eventId } }
      : { type: 'm.room.redaction', sender, content: {}, redacts: target.eventId };

  test.each(['1', '6', '10', '12'])('in version %s wait for their target', async (version) => {
    const { rooms, growth, last } = await begun(version);
    const target = growth.extend(a, say(ann, 'secret'));
    const redacts = growth.extend(b, redaction(ben, target, version), [last.eventId]);
    expect(await receive(rooms, redacts)).toMatchObject({ outcome: 'accepted' });
    expect(await receive(rooms, target)).toMatchObject({ outcome: 'accepted' });
    expect(await inTimeline(rooms, target)).toMatchObject({
      redactedBy: redacts.eventId,
      pdu: { content: {} },
    });
    expect((await rooms.database.check()).value.differences).toEqual([]);
  });

  test('count by power, or by the server they come from', async () => {
    const { rooms, growth } = await begun();
    const target = growth.extend(a, say(ann, 'secret'));
    const powerless = growth.extend(here, redaction(bob, target, '11'), [target.eventId]);
    // The same server, and no power at all.
    const neighbour = growth.extend(here, member('@amy:a.org' as UserId, '@amy:a.org' as UserId, 'join'), [
      powerless.eventId,
    ]);
    const own = growth.extend(a, redaction('@amy:a.org' as UserId, target, '11'), [neighbour.eventId]);
    for (const event of [target, powerless, neighbour]) await receive(rooms, event);
    expect((await inTimeline(rooms, target))?.redactedBy).toBeUndefined();
    await receive(rooms, own);
    expect((await inTimeline(rooms, target))?.redactedBy).toBe(own.eventId);
  });

  test('do not change what an event has authorised, however often the server starts', async () => {
    const store = makeStore(openMemoryEngine());
    const { rooms, growth } = await begun('10', store);
    const users = { [alice.userId]: 100, [ann]: 100, [ben]: 50 };
    const levels = growth.extend(here, {
      type: 'm.room.power_levels',
      sender: alice.userId,
      stateKey: '',
      content: { users, invite: 50 },
    });
    const redacts = growth.extend(here, redaction(alice.userId, levels, '10'));
    const invite = growth.extend(here, member(bob, '@dora:test' as UserId, 'invite'));
    for (const event of [levels, redacts]) await receive(rooms, event);
    expect((await inTimeline(rooms, levels))?.pdu.content).toEqual({ users });
    const later = await openRooms(store);
    expect(await receive(later, invite)).toMatchObject({ outcome: 'rejected', rule: '4.4.5' });
    const topics = { room: growth.roomId, type: 'm.room.topic', stateKey: '', content: { topic: 'x' } };
    await setState(later, alice, topics);
    await expect(
      inviteUser(later, { ...alice, userId: bob }, growth.roomId, alice.userId),
    ).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(
      inviteUser(later, { ...alice, userId: bob }, growth.roomId, '@dora:test' as UserId),
    ).rejects.toMatchObject({ kind: 'forbidden' });
  });

  test('empty soft-failed events too, which others may ask for', async () => {
    const { rooms, growth, last } = await begun();
    const ban = growth.extend(here, member(alice.userId, ben, 'ban'));
    const evading = growth.extend(b, say(ben, 'secret'), [last.eventId]);
    const redacts = growth.extend(here, redaction(alice.userId, evading, '11'), [ban.eventId]);
    for (const event of [ban, evading, redacts]) await receive(rooms, event);
    expect(await stored(rooms, evading)).toMatchObject({
      standing: 'soft-failed',
      redactedBy: redacts.eventId,
      pdu: { content: {} },
    });
  });
});

describe('the room goes on', () => {
  test('with more extremities than an event may name', async () => {
    const { rooms, growth, room, last } = await begun();
    const leaves: GrownEvent[] = [];
    for (let n = 0; n < prevEventsMax + 5; n++) {
      leaves.push(growth.extend(a, { ...say(ann, `${n}`), content: { body: `${n}` } }, [last.eventId]));
    }
    for (const event of leaves) await receive(rooms, event);
    const deep = growth.extend(a, say(ann, 'deep'), [leaves[0]!.eventId]);
    await receive(rooms, deep);
    const sent = await sendEvent(rooms, alice, {
      room,
      type: 'm.room.message',
      transactionId: '1',
      content: {},
    });
    const head = () => rooms.database.read((reader) => reader.head(room));
    const event = await rooms.database.read((reader) => reader.event(sent));
    expect(event?.sentBy?.transactionId).toBe('1');
    expect(prevEventIds(event!.pdu)).toHaveLength(prevEventsMax);
    expect(prevEventIds(event!.pdu)[0]).toBe(deep.eventId);
    expect(event?.pdu.depth).toBe((deep.pdu.depth as number) + 1);
    expect((await head())?.extremities).toHaveLength(6);
    const set = await setState(rooms, alice, {
      room,
      type: 'm.room.topic',
      stateKey: '',
      content: { topic: 'x' },
    });
    expect((await head())?.extremities).toEqual([set]);
    const bobs = { ...alice, userId: '@bea:test' as UserId };
    await expect(
      sendEvent(rooms, bobs, { room, type: 'x', transactionId: '2', content: {} }),
    ).rejects.toMatchObject({ kind: 'forbidden' });
    expect((await rooms.database.check()).value.differences).toEqual([]);
  });

  test('sharing transactions where events simply follow each other', async () => {
    const { rooms, growth } = await begun();
    const chain = Array.from({ length: 20 }, (_, n) => growth.extend(a, say(ann, `${n}`)));
    let writes = 0;
    const counted: Rooms['database'] = {
      ...rooms.database,
      write: (body, options) => {
        writes++;
        return rooms.database.write(body, options);
      },
    };
    const counting = { ...rooms, database: counted, lanes: new Lanes(counted) };
    const receipts = await Promise.all(chain.map((event) => receive(counting, event)));
    expect(receipts.every(({ outcome }) => outcome === 'accepted')).toBe(true);
    expect(writes).toBeLessThan(4);
  });

  test('for local users, who are told of invites by others', async () => {
    const { rooms, growth, room } = await begun();
    const dora = '@dora:test' as UserId;
    await receive(rooms, growth.extend(a, member(ann, dora, 'invite')));
    const standing = await rooms.database.read((reader) => reader.membership(dora, room));
    expect(standing).toMatchObject({ membership: 'invite', sender: ann });
    const shown = await rooms.database.read((reader) => reader.invite(dora, room));
    expect(shown).toContainEqual(expect.objectContaining({ type: 'm.room.create' }));
    expect(shown).toContainEqual(expect.objectContaining({ type: 'm.room.member', state_key: dora }));
    await receive(rooms, growth.extend(a, member(ann, bob, 'leave')));
    expect(await rooms.database.read((reader) => reader.membership(bob, room))).toMatchObject({
      membership: 'leave',
      hasJoined: true,
    });
  });
});

describe('events that come alone', () => {
  const alone = (rooms: Rooms, { text }: GrownEvent) =>
    receiveOutlier(rooms, { pdu: parseJson(text).value, findKeys: () => randomRoomKey });

  test('are kept aside, name others, and find their place later', async () => {
    const { rooms, growth, last } = await begun();
    const amy = '@amy:a.org' as UserId;
    const join = growth.extend(a, member(amy, amy, 'join'), [last.eventId]);
    const between = growth.extend(a, say(ann, 'between'), [join.eventId]);
    const message = growth.extend(a, say(amy, 'hello'), [between.eventId]);
    expect(await alone(rooms, join)).toEqual({ outcome: 'kept', eventId: join.eventId });
    expect(await stored(rooms, join)).toMatchObject({ standing: 'outlier' });
    // Its state is unknown, so it can be followed by nothing.
    expect(await receive(rooms, between)).toMatchObject({ outcome: 'missing', missing: [join.eventId] });
    expect(await receive(rooms, join)).toMatchObject({ outcome: 'accepted', wasKnown: false });
    expect(await alone(rooms, join)).toMatchObject({ outcome: 'accepted', wasKnown: true });
    for (const event of [between, message]) {
      expect(await receive(rooms, event)).toMatchObject({ outcome: 'accepted' });
    }
    expect((await rooms.database.check()).value.differences).toEqual([]);
  });

  test('are rejected by their own auth events', async () => {
    const { rooms, growth, last } = await begun();
    const amy = '@amy:a.org' as UserId;
    const ban = growth.extend(b, member(ben, amy, 'ban'), [last.eventId]);
    const join = growth.extend(a, member(amy, amy, 'join'), [ban.eventId]);
    const missing = { outcome: 'missing', eventId: join.eventId, missing: [ban.eventId] };
    expect(await alone(rooms, join)).toEqual(missing);
    expect(await alone(rooms, ban)).toMatchObject({ outcome: 'kept' });
    expect(await alone(rooms, join)).toMatchObject({ outcome: 'rejected', rule: '4.3.3' });
    expect(await stored(rooms, join)).toMatchObject({ standing: 'outlier', refusal: { rule: '4.3.3' } });
    // At its place it is judged anew.
    for (const event of [ban, join]) await receive(rooms, event);
    expect(await stored(rooms, join)).toMatchObject({ standing: 'rejected', refusal: { rule: '4.3.3' } });
    expect((await rooms.database.check()).value.differences).toEqual([]);
  });

  test('are not followed up by another event of their id, where servers choose ids', async () => {
    const { rooms, growth } = await begun('2');
    const other = new Growth(roomVersion('2'));
    other.begin();
    const first = growth.extend(a, topic(ann, 'one'));
    const second = other.extend(a, topic(ann, 'two'));
    expect(second.eventId).toBe(first.eventId);
    await alone(rooms, first);
    await expect(receive(rooms, second)).rejects.toMatchObject({ kind: 'forbidden' });
    expect(await receive(rooms, first)).toMatchObject({ outcome: 'accepted' });
    expect(await receive(rooms, second)).toMatchObject({ outcome: 'accepted', wasKnown: true });
    expect((await inTimeline(rooms, second))?.pdu.content).toEqual({ topic: 'one' });
  });
});

test('what was computed for an event does not count for another that took its id meanwhile', async () => {
  const store = makeStore(openMemoryEngine());
  const { rooms, growth, room, last } = await begun('2', store);
  const elsewhere = await openRooms(store);
  const other = new Growth(roomVersion('2'));
  other.begin();
  const first = growth.extend(b, topic(ben, 'first'), [last.eventId]);
  other.extend(b, topic(ben, 'first'), [last.eventId]);
  await receive(rooms, first);
  const planned = growth.extend(a, topic(ann, 'planned'), [last.eventId]);
  const came = other.extend(a, { ...topic(ann, ''), type: 'x' }, [last.eventId]);
  expect(came.eventId).toBe(planned.eventId);
  await rooms.database.read(async (reader) => {
    const head = await reader.head(room);
    const before = await reader.stateBeforeNext(room, [last.eventId]);
    if (head) await reader.planAppend(room, head, { ...planned, before });
  });
  expect(await receive(elsewhere, came)).toMatchObject({ outcome: 'accepted' });
  await receive(rooms, other.extend(here, say(bob, 'beside'), [last.eventId]));
  const merge = other.extend(a, say(ann, 'both'), [first.eventId, came.eventId]);
  expect(await receive(rooms, merge)).toMatchObject({ outcome: 'accepted' });
  const held = await rooms.database.read(async (reader) => {
    const before = await reader.stateBeforeNext(room, [merge.eventId]);
    return [
      await reader.entryIn(room, before, 'm.room.topic', ''),
      await reader.entryIn(room, before, 'x', ''),
    ];
  });
  expect(held).toEqual([first.eventId, came.eventId]);
  expect((await rooms.database.check()).value.differences).toEqual([]);
});
