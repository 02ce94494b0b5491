// Two people talk through a served Hearth with a real client library.
import {
  ClientEvent,
  createClient,
  EventType,
  type MatrixClient,
  MsgType,
  type Room,
  RoomEvent,
  SyncState,
} from 'matrix-js-sdk';
import type { Logger } from 'matrix-js-sdk/lib/logger.js';
import { expect, test } from 'vitest';
import { serveHearth } from '#test/fixtures/served-hearth';

const logger: Logger = {
  trace() {},
  debug() {},
  info() {},
  warn() {},
  error() {},
  getChild: () => logger,
};

async function signUp(baseUrl: string, username: string): Promise<MatrixClient> {
  const guest = createClient({ baseUrl, logger });
  const {
    user_id: userId,
    access_token: accessToken,
    device_id: deviceId,
  } = await guest.registerRequest({
    username,
    password: `${username}'s long password`,
    auth: { type: 'm.login.dummy' },
  });
  const client = createClient({
    baseUrl,
    logger,
    userId,
    accessToken: accessToken as string,
    deviceId: deviceId as string,
  });
  await client.startClient({ initialSyncLimit: 20, lazyLoadMembers: true });
  if (client.getSyncState() !== SyncState.Prepared) {
    await new Promise<void>((resolve) => {
      client.on(ClientEvent.Sync, (state) => state === SyncState.Prepared && resolve());
    });
  }
  return client;
}

/** Polls a condition that the client's sync makes true; fails by the test's own time limit. */
async function until<T>(probe: () => T | undefined | null | false): Promise<T> {
  for (;;) {
    const found = probe();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function bodies(room: Room): string[] {
  return room
    .getLiveTimeline()
    .getEvents()
    .filter((event) => event.getType() === EventType.RoomMessage)
    .map((event) => event.getContent().body);
}

test('register, create, invite, join, talk both ways', async () => {
  await using hearth = await serveHearth();
  const alice = await signUp(hearth.url, 'alice');
  const bob = await signUp(hearth.url, 'bob');
  try {
    const { room_id: roomId } = await alice.createRoom({
      name: 'Tea',
      topic: 'and cake',
      invite: [bob.getUserId() as string],
    });
    const invited = await until(() => bob.getRoom(roomId));
    expect(invited.getMyMembership()).toBe('invite');
    expect(invited.name).toBe('Tea');

    await bob.joinRoom(roomId);
    await until(() => bob.getRoom(roomId)?.getMyMembership() === 'join');
    const arrived = new Promise<string>((resolve) => {
      bob.on(
        RoomEvent.Timeline,
        (event) => event.getContent().body === 'hello' && resolve(event.getId() as string),
      );
    });
    const { event_id: sent } = await alice.sendMessage(roomId, { msgtype: MsgType.Text, body: 'hello' });
    expect(await arrived).toBe(sent);
    await bob.sendMessage(roomId, { msgtype: MsgType.Text, body: 'hi there' });
    const aliceRoom = await until(() => alice.getRoom(roomId));
    await until(() => bodies(aliceRoom).includes('hi there'));
    expect(bodies(aliceRoom)).toEqual(['hello', 'hi there']);
    expect(bodies(bob.getRoom(roomId) as Room)).toEqual(['hello', 'hi there']);

    // What a person does besides talking.
    await bob.sendReadReceipt(aliceRoom.findEventById(sent) ?? null);
    await until(() => aliceRoom.hasUserReadEvent(bob.getUserId() as string, sent));
    await bob.sendTyping(roomId, true, 10_000);
    await until(() => aliceRoom.getMember(bob.getUserId() as string)?.typing);
    await alice.redactEvent(roomId, sent);
    await until(() => bob.getRoom(roomId)?.findEventById(sent)?.isRedacted());
    await alice.setDisplayName('Alice in Wonderland');
    await until(
      () => bob.getRoom(roomId)?.getMember(alice.getUserId() as string)?.name === 'Alice in Wonderland',
    );
    await bob.leave(roomId);
    await until(() => aliceRoom.getMember(bob.getUserId() as string)?.membership === 'leave');
  } finally {
    alice.stopClient();
    bob.stopClient();
  }
});

test('a client that comes back reads what it missed, page by page', async () => {
  await using hearth = await serveHearth();
  const alice = await signUp(hearth.url, 'alice');
  try {
    const { room_id: roomId } = await alice.createRoom({ name: 'Diary' });
    for (let day = 1; day <= 60; day++) {
      await alice.sendMessage(roomId, { msgtype: MsgType.Text, body: `day ${day}` });
    }
    const again = createClient({ baseUrl: hearth.url, logger });
    const session = await again.loginRequest({
      type: 'm.login.password',
      identifier: { type: 'm.id.user', user: 'alice' },
      password: "alice's long password",
    });
    const second = createClient({
      baseUrl: hearth.url,
      logger,
      userId: session.user_id,
      accessToken: session.access_token,
      deviceId: session.device_id,
    });
    await second.startClient({ initialSyncLimit: 10 });
    try {
      const room = await until(() => second.getRoom(roomId));
      await until(() => bodies(room).length >= 10);
      expect(bodies(room).at(-1)).toBe('day 60');
      while (await second.paginateEventTimeline(room.getLiveTimeline(), { backwards: true, limit: 25 }));
      expect(bodies(room)).toEqual(Array.from({ length: 60 }, (_, index) => `day ${index + 1}`));
    } finally {
      second.stopClient();
    }
  } finally {
    alice.stopClient();
  }
});
