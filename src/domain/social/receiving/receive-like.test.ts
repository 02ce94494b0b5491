import { beforeEach, describe, expect, it } from 'vitest';
import { publishPost } from '#domain/social/publish-post';
import {
  alice,
  home,
  type InboxScene,
  inbox,
  openInboxScene,
  sharedInbox,
  uri,
} from '#test/fixtures/inbox-scene';

let scene: InboxScene;
let post: string;
beforeEach(async () => {
  scene = await openInboxScene();
  post = await publishPost(scene.server.social, 'alice', { text: 'Hello', visibility: 'public' });
});

const likes = () =>
  scene.server.social.database.read((reader) => reader.reactions.likesOf(uri(post), { limit: 10 }));

describe('Like', () => {
  it('of a post of ours counts once, by whichever inbox and under whatever id it comes', async () => {
    const { peer, bob, activity, clock } = scene;
    const like = activity('Like', post);
    expect(await peer.post(sharedInbox, like)).toBe(202);
    expect(await peer.post(inbox, like)).toBe(202);
    expect(await peer.post(inbox, activity('Like', { id: post, type: 'Note' }))).toBe(202);
    expect((await likes()).items).toEqual([
      { object: post, actor: bob, activity: like.id, owner: 'alice', createdAt: clock.now() },
    ]);
    const received = await scene.server.social.database.read((reader) =>
      reader.reactions.likesReceived('alice', { limit: 10 }),
    );
    expect(received.items).toHaveLength(1);
  });

  it('counts by the URI of the post alone, not by others that lead there', async () => {
    const { peer, activity, bob } = scene;
    const others = [`${post}?1`, `${post}?2`, post.replace('alice', '%61lice')];
    for (const other of others) expect(await peer.post(inbox, activity('Like', other))).toBe(202);
    expect(await peer.post(inbox, activity('Like', post))).toBe(202);
    const received = await scene.server.social.database.read((reader) =>
      reader.reactions.likesReceived('alice', { limit: 10 }),
    );
    expect(received.items).toMatchObject([{ object: post, actor: bob }]);
  });

  it('may be an emoji', async () => {
    const { peer, activity } = scene;
    expect(await peer.post(inbox, activity('EmojiReact', post, { content: '🎉' }))).toBe(202);
    expect((await likes()).items[0]?.content).toBe('🎉');
  });

  it('of what is not here, or no post, has no effect', async () => {
    const { peer, activity } = scene;
    for (const object of [
      `${alice}/posts/nothing`,
      alice,
      `${home}/users/nobody/posts/1`,
      'https://elsewhere.example/1',
    ]) {
      const like = activity('Like', object);
      expect(await peer.post(inbox, like)).toBe(202);
      expect(
        await scene.server.social.database.read((reader) => reader.activity(uri(like.id))),
      ).toBeUndefined();
    }
  });

  // Trap 28: a Like of a private post is refused.
  it('of a post that its actor may not see is refused', async () => {
    const { peer, activity, evil } = scene;
    const { social } = scene.server;
    const narrow = await publishPost(social, 'alice', { text: 'For followers', visibility: 'followers' });
    const direct = await publishPost(social, 'alice', {
      text: '@bob@remote.example hi',
      visibility: 'direct',
    });
    const mallory = evil.actor('mallory');
    expect(await peer.post(inbox, activity('Like', narrow))).toBe(403);
    expect(await evil.post(inbox, activity('Like', direct, { actor: mallory }))).toBe(403);
    expect(await peer.post(inbox, activity('Like', direct))).toBe(202);
    await peer.post(inbox, activity('Follow', alice));
    expect(await peer.post(inbox, activity('Like', narrow))).toBe(202);
    // Who has asked to follow, and has not been let, sees no more than a stranger.
    await social.database.write((writer) =>
      writer.putFollower({ account: 'alice', actor: uri(mallory), state: 'pending', follows: [], since: 0 }),
    );
    expect(await evil.post(inbox, activity('Like', narrow, { actor: mallory }))).toBe(403);
  });

  it('is taken back by an Undo of it, by its id or by its two ends, and by nobody else', async () => {
    const { peer, evil, bob, activity } = scene;
    const mallory = evil.actor('mallory');
    const first = activity('Like', post);
    await peer.post(inbox, first);
    expect(await evil.post(inbox, activity('Undo', first.id, { actor: mallory }))).toBe(403);
    expect(await evil.post(inbox, activity('Undo', first, { actor: mallory }))).toBe(403);
    expect((await likes()).items).toHaveLength(1);
    expect(await peer.post(inbox, activity('Undo', first.id))).toBe(202);
    expect((await likes()).items).toEqual([]);
    for (const undone of [
      { id: `${bob}/likes/never-seen`, type: 'Like', actor: bob, object: post },
      { type: 'Like', actor: bob, object: post },
      { type: 'EmojiReact', actor: bob, object: post },
    ]) {
      await peer.post(inbox, activity('Like', post));
      expect((await likes()).items).toHaveLength(1);
      expect(await peer.post(inbox, activity('Undo', undone))).toBe(202);
      expect((await likes()).items).toEqual([]);
    }
  });

  it('outlives a late Undo of an earlier one, and does not come back by being replayed', async () => {
    const { peer, activity } = scene;
    const former = activity('Like', post);
    await peer.post(inbox, former);
    await peer.post(inbox, activity('Undo', former));
    expect(await peer.post(inbox, former)).toBe(202);
    expect((await likes()).items).toEqual([]);
    await peer.post(inbox, activity('Like', post));
    expect(await peer.post(inbox, activity('Undo', former.id))).toBe(202);
    expect((await likes()).items).toHaveLength(1);
    expect(await scene.differences()).toEqual([]);
  });
});
