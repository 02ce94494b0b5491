import { beforeEach, describe, expect, it } from 'vitest';
import { listInbox } from '#domain/social/list-inbox';
import { publishPost } from '#domain/social/publish-post';
import { relationsAtOnceMax } from '#support/limits';
import { alice, type InboxScene, inbox, openInboxScene, sharedInbox, uri } from '#test/fixtures/inbox-scene';

let scene: InboxScene;
beforeEach(async () => {
  scene = await openInboxScene();
});

const read: InboxScene['server']['social']['database']['read'] = (body) =>
  scene.server.social.database.read(body);
const bobSays = (changes: Record<string, unknown>) => ({
  ...(scene.peer.documents.get(scene.bob)?.json as Record<string, unknown>),
  ...changes,
});

describe('Update of an actor', () => {
  it('sends what is for it as a follower to its new inbox', async () => {
    const { peer, activity, server } = scene;
    await peer.post(inbox, activity('Follow', alice));
    const moved = bobSays({ inbox: `${peer.origin}/in/bob`, endpoints: {}, name: 'Robert' });
    expect(await peer.post(inbox, activity('Update', moved))).toBe(202);
    expect(await read((reader) => reader.remoteActor(uri(scene.bob)))).toMatchObject({ name: 'Robert' });
    const relation = await read((reader) => reader.follower('alice', uri(scene.bob)));
    expect(relation?.inbox).toBe(`${peer.origin}/in/bob`);
    expect(relation?.sharedInbox).toBeUndefined();
    await publishPost(server.social, 'alice', { text: 'Hello', visibility: 'public' });
    expect((await scene.queued('alice')).at(-1)?.to).toBe(`${peer.origin}/in/bob`);
    expect(await scene.differences()).toEqual([]);
  });

  it('counts for its key at once', async () => {
    const { peer, activity } = scene;
    await peer.post(inbox, activity('Follow', alice));
    const former = peer.privateKey;
    peer.rotateKeys();
    peer.actor('bob');
    expect(await peer.post(inbox, activity('Update', bobSays({})), { privateKey: former })).toBe(202);
    const asked = peer.asked.length;
    expect(await peer.post(inbox, activity('Like', alice))).toBe(202);
    expect(peer.asked).toHaveLength(asked);
    expect(await peer.post(inbox, activity('Like', alice), { privateKey: former })).toBe(401);
  });

  it('of what is not its own is refused', async () => {
    const { peer, bob, evil, activity } = scene;
    await peer.post(inbox, activity('Follow', alice));
    const eve = peer.actor('eve');
    const mallory = evil.actor('mallory');
    for (const changes of [
      { inbox: `${evil.origin}/inbox` },
      { endpoints: { sharedInbox: `${evil.origin}/inbox` } },
    ]) {
      expect(await peer.post(inbox, activity('Update', bobSays(changes)))).toBe(400);
    }
    expect(await peer.post(inbox, activity('Update', bobSays({}), { actor: eve }))).toBe(403);
    expect(await evil.post(inbox, activity('Update', bobSays({}), { actor: mallory }))).toBe(403);
    expect(await read((reader) => reader.remoteActor(uri(bob)))).toMatchObject({ inbox: `${bob}/inbox` });
  });

  it('reaches all its relations, page by page', async () => {
    const { peer, bob, activity, server } = scene;
    await peer.post(inbox, activity('Follow', alice));
    const accounts = Array.from({ length: relationsAtOnceMax + 5 }, (_, i) => `account${i}`);
    await server.social.database.write(async (writer) => {
      for (const account of accounts) {
        const follows = [uri(`${bob}/follows/${account}`)];
        const relation = { account, actor: uri(bob), state: 'accepted', follows, since: 0 } as const;
        await writer.putFollower({ ...relation, inbox: uri(`${bob}/inbox`) });
      }
    });
    await peer.post(inbox, activity('Update', bobSays({ inbox: `${peer.origin}/in/bob` })));
    await scene.runTasks();
    const inboxes = await Promise.all(
      ['alice', ...accounts].map(async (account) =>
        read(async (reader) => (await reader.follower(account, uri(bob)))?.inbox),
      ),
    );
    expect(new Set(inboxes)).toEqual(new Set([`${peer.origin}/in/bob`]));
  });
});

describe('polls', () => {
  it('are changed by the votes that their server counts', async () => {
    const { peer, bob, activity, create, note, follows } = scene;
    await follows('alice', bob);
    const options = (votes: number) => [
      { type: 'Note', name: 'yes', replies: { type: 'Collection', totalItems: votes } },
    ];
    const question = note({ type: 'Question', oneOf: options(0), content: 'Well?' });
    await peer.post(inbox, create(question));
    const counted = { ...question, oneOf: options(7) };
    expect(await peer.post(inbox, activity('Update', counted))).toBe(202);
    const json = await read((reader) => reader.noteJson(uri(question.id)));
    expect(JSON.parse(json ?? '{}').oneOf).toEqual(options(7));
  });

  it('are not ours: a vote is nothing to read', async () => {
    const { peer, create, note, server } = scene;
    const post = await publishPost(server.social, 'alice', { text: 'Well?', visibility: 'public' });
    const vote = note({ name: 'yes', content: undefined, inReplyTo: post, to: [alice], cc: [] });
    expect(await peer.post(sharedInbox, create(vote))).toBe(202);
    const answer = note({ content: '<p>yes</p>', inReplyTo: post, to: [alice], cc: [] });
    expect(await peer.post(sharedInbox, create(answer))).toBe(202);
    const { items } = await listInbox(server.social, 'alice', { limit: 10 });
    expect(items.map(({ text }) => text)).toEqual(['yes']);
  });
});
