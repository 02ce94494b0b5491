import { describe, expect, test } from 'vitest';
import type { RoomsReader } from '#databases/rooms/rooms-reader';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import { MissingEventsError } from '#protocol/matrix/resolution/questions';
import { alice, type ForkedRoom, idOf, makeForkedRoom, room } from '#test/fixtures/forked-room';

const bob = '@bob:test';
const topicKey = 'm.room.topic|';

function stateAfter(reader: RoomsReader, id: string) {
  return reader.stateBeforeNext(room, [idOf(id)]);
}

async function withTopic(): Promise<ForkedRoom> {
  const made = await makeForkedRoom();
  await made.topic('tea', 'tea');
  return made;
}

describe('an event on a fork', () => {
  test('has the state of its own branch before it, and the room the resolution of both', async () => {
    const made = await withTopic();
    await made.topic('left', 'left', { prev: ['tea'], atMs: 100 });
    await made.topic('right', 'right', { prev: ['tea'], atMs: 200 });
    await made.put({ id: 'said', prev: ['left'] });
    expect(await made.extremities()).toEqual(['right', 'said']);
    expect((await made.before('left'))[topicKey]).toBe('tea');
    expect((await made.before('right'))[topicKey]).toBe('tea');
    expect((await made.after('right'))[topicKey]).toBe('right');
    expect((await made.before('said'))[topicKey]).toBe('left');
    // The later one is applied last.
    expect((await made.now())[topicKey]).toBe('right');
    expect((await made.mark('right')).replaces).toBe('$tea');
    expect(await made.differences()).toEqual([]);

    await made.put({ id: 'merge' });
    expect(await made.extremities()).toEqual(['merge']);
    expect((await made.before('merge'))[topicKey]).toBe('right');
    expect((await made.mark('merge')).stateBefore).toBeUndefined();
    expect(await made.differences()).toEqual([]);
  });

  test('changes nothing where the resolution decides against it', async () => {
    const made = await withTopic();
    await made.topic('late', 'late', { prev: ['tea'], atMs: 200 });
    await made.topic('early', 'early', { prev: ['tea'], atMs: 100 });
    expect((await made.now())[topicKey]).toBe('late');
    expect((await made.after('early'))[topicKey]).toBe('early');
    expect(await made.differences()).toEqual([]);
  });

  test('undoes what the other branch did, without an event that says so', async () => {
    const made = await makeForkedRoom();
    await made.member('bob', bob, 'join');
    // Alice bans bob on one branch, while bob sets the topic on the other.
    await made.topic('bobs', 'bob was here', { sender: bob, prev: ['bob'], atMs: 100 });
    expect((await made.now())[topicKey]).toBe('bobs');
    await made.member('ban', bob, 'ban', { sender: alice, prev: ['bob'], atMs: 200 });
    const now = await made.now();
    expect(now[`m.room.member|${bob}`]).toBe('ban');
    expect(now[topicKey]).toBeUndefined();
    const { topic, standing, changes, counts } = await made.read(async (reader) => ({
      topic: await reader.stateHistory(room, 'm.room.topic', '', {}),
      standing: await reader.membership(bob as never, room),
      changes: await reader.stateChanges(room, (await reader.whereIs(idOf('bobs')))?.at as never),
      counts: [await reader.memberCount(room, 'join'), await reader.memberCount(room, 'ban')],
    }));
    expect(topic.map(({ event }) => event)).toEqual(['$bobs', undefined]);
    expect(changes.map(({ change }) => [change.type, change.event])).toEqual([
      ['m.room.member', '$ban'],
      ['m.room.topic', null],
    ]);
    expect(standing).toMatchObject({ membership: 'ban', event: '$ban', hasJoined: true });
    expect(counts).toEqual([1, 1]);
    expect(await made.differences()).toEqual([]);
  });

  test('takes a member out whom the resolved state holds no more', async () => {
    const made = await makeForkedRoom();
    // Alice closes the room on one branch, while bob joins on the other.
    await made.member('bob', bob, 'join', { prev: ['rules'], atMs: 100 });
    await made.put({
      id: 'closed',
      type: 'm.room.join_rules',
      stateKey: '',
      content: { join_rule: 'invite' },
      prev: ['rules'],
      atMs: 200,
    });
    expect((await made.now())[`m.room.member|${bob}`]).toBeUndefined();
    const found = await made.read(async (reader) => ({
      standing: await reader.membership(bob as never, room),
      isMember: await reader.isMember(room, 'join', bob as never),
      count: await reader.memberCount(room, 'join'),
    }));
    expect(found).toMatchObject({
      standing: { membership: 'leave', event: '$bob', hasJoined: true },
      isMember: false,
      count: 1,
    });
    expect(await made.differences()).toEqual([]);
    // Back in by an invite: the standing follows.
    await made.member('invited', bob, 'invite', { sender: alice });
    const invited = await made.read((reader) => reader.membership(bob as never, room));
    expect(invited).toMatchObject({ membership: 'invite', hasJoined: true });
    expect(await made.differences()).toEqual([]);
  });
});

describe('an event that lies aside', () => {
  test('has the state before it, is no extremity, and is found by those who ask for any event', async () => {
    const made = await withTopic();
    await made.topic('soft', 'soft', { standing: 'soft-failed' });
    await made.topic('bad', 'bad', { standing: 'rejected' });
    expect(await made.extremities()).toEqual(['tea']);
    expect((await made.now())[topicKey]).toBe('tea');
    expect((await made.before('soft'))[topicKey]).toBe('tea');
    expect((await made.after('soft'))[topicKey]).toBe('soft');
    expect((await made.after('bad'))[topicKey]).toBe('tea');
    const found = await made.read(async (reader) => ({
      plain: [await reader.event(idOf('soft')), await reader.whereIs(idOf('bad'))],
      any: await reader.anyEvent(idOf('bad')),
      timeline: await reader.timeline(room, {}),
    }));
    expect(found.plain).toEqual([undefined, undefined]);
    expect(found.any).toMatchObject({ standing: 'rejected', refusal: { rule: '1' } });
    expect(found.timeline.events.map(({ eventId }) => eventId)).not.toContain('$soft');
    expect(await made.differences()).toEqual([]);
  });

  test('is walked through to the extremities that its successors follow', async () => {
    const made = await withTopic();
    await made.topic('soft', 'soft', { standing: 'soft-failed' });
    await made.put({ id: 'softer', prev: ['soft'], standing: 'soft-failed' });
    await made.put({ id: 'next', prev: ['softer'] });
    expect(await made.extremities()).toEqual(['next']);
    // What was soft-failed has become the room's state by the event that follows it.
    expect((await made.now())[topicKey]).toBe('soft');
    const event = await made.read((reader) => reader.stateEvent(room, 'm.room.topic', ''));
    expect(event).toMatchObject({ eventId: '$soft', standing: 'soft-failed' });
    expect((await made.before('next'))[topicKey]).toBe('soft');
    await made.put({ id: 'last' });
    expect((await made.before('last'))[topicKey]).toBe('soft');
    expect(await made.differences()).toEqual([]);
  });

  test('moves into the stream once an outlier is judged, and has no state before', async () => {
    const made = await withTopic();
    const pdu = { ...(await made.topic('model', 'model', { standing: 'rejected' })), origin_server_ts: 500 };
    const outlier = { eventId: idOf('out'), pdu, bytes: Buffer.from(JSON.stringify(pdu)) };
    const store = () => made.database.write((writer) => writer.storeOutlier(room, outlier));
    await store();
    await store();
    expect((await made.mark('out')).standing).toBe('outlier');
    const lay = (await made.read((reader) => reader.anyEvent(idOf('out'))))?.at;
    await expect(made.read((reader) => stateAfter(reader, 'out'))).rejects.toThrow(MissingEventsError);
    await expect(made.read((reader) => stateAfter(reader, 'unknown'))).rejects.toThrow(MissingEventsError);
    expect(await made.differences()).toEqual([]);
    await made.topic('out', 'model', { prev: ['tea'] });
    // Others may have named it since it lay aside.
    expect(await made.mark('out')).toMatchObject({ keptFrom: lay });
    expect((await made.mark('out')).standing).toBeUndefined();
    expect((await made.now())[topicKey]).toBe('out');
    expect(await made.differences()).toEqual([]);
    await expect(made.topic('out', 'again')).rejects.toThrow('stored already');
  });

  test('is refused where another room has an event of its id', async () => {
    const made = await withTopic();
    const other = '!other:test' as RoomId;
    const pdu = { ...(await made.topic('mine', 'mine')), room_id: other, prev_events: [] };
    const bytes = Buffer.from(JSON.stringify(pdu));
    const store = (eventId: EventId) =>
      made.database.write(async (writer) => {
        const draft = writer.newRoom(other, { version: '10', creator: alice, createdAtMs: 0 });
        await draft.storeOutlier({ eventId, pdu, bytes });
        await draft.finish();
      });
    await expect(store(idOf('mine'))).rejects.toThrow('another room');
    await store(idOf('theirs'));
    await expect(made.read((reader) => stateAfter(reader, 'theirs'))).rejects.toThrow(MissingEventsError);
    expect((await made.now())[topicKey]).toBe('mine');
  });
});

test('a state that outliers had a say in has another name once they have been judged', async () => {
  const made = await withTopic();
  const pdu = await made.member('model', bob, 'join', { standing: 'rejected' });
  const outlier = { eventId: idOf('out'), pdu, bytes: Buffer.from(JSON.stringify(pdu)) };
  await made.database.write((writer) => writer.storeOutlier(room, outlier));
  const note = { type: 'org.example.note', stateKey: '', sender: bob };
  await made.put({ id: 'left', ...note, prev: ['tea'], auth: ['create', 'power', 'out'] });
  await made.topic('right', 'right', { prev: ['tea'] });
  const name = () =>
    made.read(async (reader) => (await reader.stateBeforeNext(room, ['left', 'right'].map(idOf))).name);
  const before = await name();
  expect(await name()).toBe(before);
  await made.member('out', bob, 'join', { standing: 'rejected', prev: ['tea'] });
  expect(await name()).not.toBe(before);
});

test('a room has no more extremities than its head can hold', async () => {
  const made = await withTopic();
  const extremities = Array.from({ length: 400 }, (_, index) => idOf(`${index}`.padStart(254, 'x')));
  const plan = made.read(async (reader) => {
    const event = await reader.anyEvent(idOf('tea'));
    if (!event) throw new Error('there is no such event');
    const before = await reader.stateAfter(event);
    const next = { eventId: idOf('next'), pdu: { ...event.pdu, prev_events: [event.eventId] }, before };
    return reader.planAppend(room, { extremities, depth: 1, line: 0 }, next);
  });
  await expect(plan).rejects.toMatchObject({ kind: 'unavailable' });
});
