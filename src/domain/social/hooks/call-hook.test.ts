import { describe, expect, it } from 'vitest';
import { follow } from '#domain/social/follow';
import type { Hook, HookCall } from '#domain/social/hooks/hooks';
import { publishPost } from '#domain/social/publish-post';
import { hookAgeMsMax, hookCallsAtOnceMax, hookPauseMsMax } from '#support/limits';
import { alice, carol, inbox, openInboxScene, sharedInbox } from '#test/fixtures/inbox-scene';

function recorder() {
  const calls: HookCall[] = [];
  const told = () => calls.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  const hook: Hook = async (call) => {
    calls.push(call);
  };
  return { calls, told, hook };
}

describe('a hook', () => {
  it('is told of each message once, of others and of our own people', async () => {
    const { hook, told, calls } = recorder();
    const scene = await openInboxScene({ hooks: { message: hook } });
    const { peer, bob, create, note, follows, clock } = scene;
    await follows('alice', bob);
    const sent = create(note());
    for (const to of [sharedInbox, inbox]) expect(await peer.post(to, sent)).toBe(202);
    expect(calls).toEqual([]);
    await scene.runTasks();
    expect(told()).toEqual([
      {
        event: 'message',
        id: calls[0]?.id,
        account: 'alice',
        account_uri: alice,
        at: new Date(clock.now()).toISOString(),
        note: (sent.object as { id: string }).id,
        author: bob,
      },
    ]);
    const post = await publishPost(scene.server.social, 'carol', {
      text: '@alice@home.example hello',
      visibility: 'public',
    });
    await scene.runTasks();
    expect(told()[1]).toMatchObject({
      account: 'alice',
      note: post,
      author: 'https://home.example/users/carol',
    });
  });

  it('is told who boosted what', async () => {
    const { hook, told } = recorder();
    const scene = await openInboxScene({ hooks: { message: hook } });
    const { peer, bob, activity, follows } = scene;
    await follows('carol', bob);
    const post = await publishPost(scene.server.social, 'alice', { text: 'Hello', visibility: 'public' });
    await peer.post(inbox, activity('Announce', post));
    await scene.runTasks();
    expect(told()).toMatchObject([{ account: 'carol', author: alice, note: post, boosted_by: bob }]);
  });

  it('is told of a follower, and not of the same one again', async () => {
    const { hook, told } = recorder();
    const scene = await openInboxScene({ hooks: { follower: hook } });
    const { peer, bob, activity, create, note } = scene;
    for (let i = 0; i < 2; i++) await peer.post(inbox, activity('Follow', alice));
    await peer.post(inbox, create(note({ to: [alice] })));
    await scene.runTasks();
    expect(told()).toMatchObject([
      { event: 'follower', account: 'alice', account_uri: alice, follower: bob, state: 'accepted' },
    ]);
  });

  it('is told of a follower who lives here', async () => {
    const { hook, told } = recorder();
    const scene = await openInboxScene({ hooks: { follower: hook } });
    for (let i = 0; i < 2; i++) await follow(scene.server.social, 'carol', alice);
    await scene.runTasks();
    expect(told()).toMatchObject([{ account: 'alice', follower: carol, state: 'accepted' }]);
  });

  it('that is not set costs nothing', async () => {
    const scene = await openInboxScene();
    await scene.peer.post(inbox, scene.activity('Follow', alice));
    await scene.peer.post(inbox, scene.create(scene.note({ to: [alice] })));
    expect(
      await scene.server.social.database.read((reader) => reader.tasks.due(scene.clock.now(), 1)),
    ).toEqual([]);
  });

  it('that fails is called again with the same, and given up after a day', async () => {
    const { hook, calls } = recorder();
    const scene = await openInboxScene({
      hooks: {
        follower: async (call, signal) => {
          await hook(call, signal);
          throw new Error('not now');
        },
      },
    });
    const { peer, activity, clock } = scene;
    await peer.post(inbox, activity('Follow', alice));
    const began = clock.now();
    const pauses: number[] = [];
    for (let next: number | undefined = began; next !== undefined; ) {
      const before = clock.now();
      clock.advance(next - before);
      pauses.push(next - before);
      await scene.runTasks();
      next = await scene.server.social.database.read((reader) => reader.tasks.nextAt(clock.now()));
    }
    expect(clock.now() - began).toBeGreaterThanOrEqual(hookAgeMsMax);
    expect(clock.now() - began).toBeLessThan(hookAgeMsMax + hookPauseMsMax);
    expect(pauses.slice(0, 4)).toEqual([0, 15_000, 30_000, 60_000]);
    expect(calls).toHaveLength(pauses.length);
    expect(new Set(calls.map(({ id, body }) => id + body)).size).toBe(1);
  });

  it('leaves room for other tasks', async () => {
    const { hook, calls } = recorder();
    const scene = await openInboxScene({ hooks: { follower: hook } });
    const { hooks } = scene.server.social.rooms;
    const others = Array.from({ length: hookCallsAtOnceMax }, () => hooks.enter());
    await scene.peer.post(inbox, scene.activity('Follow', alice));
    await scene.runTasks();
    expect(calls).toEqual([]);
    for (const other of others) other?.[Symbol.dispose]();
    scene.clock.advance(10_000);
    await scene.runTasks();
    expect(calls).toHaveLength(1);
    // It has left room again.
    expect(Array.from({ length: hookCallsAtOnceMax + 1 }, () => hooks.enter() !== undefined)).toEqual([
      true,
      true,
      false,
    ]);
  });
});
