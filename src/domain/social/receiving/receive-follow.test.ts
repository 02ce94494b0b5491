import { beforeEach, describe, expect, it } from 'vitest';
import { alice, type InboxScene, inbox, openInboxScene, sharedInbox, uri } from '#test/fixtures/inbox-scene';

let scene: InboxScene;
beforeEach(async () => {
  scene = await openInboxScene();
  await approvesItself(true);
});

const approvesItself = (manuallyApprovesFollowers: boolean) =>
  scene.server.social.database.write(async (writer) => {
    const account = await writer.account('alice');
    if (account) await writer.updateAccount({ ...account, manuallyApprovesFollowers });
  });
const follower = () =>
  scene.server.social.database.read((reader) => reader.follower('alice', uri(scene.bob)));

// Trap 30: a Follow of an account that approves its followers itself waits.
describe('Follow of an account that approves its followers itself', () => {
  it('waits, and nothing is sent, however often it comes', async () => {
    const { peer, activity } = scene;
    const first = activity('Follow', alice);
    for (const to of [inbox, sharedInbox]) expect(await peer.post(to, first)).toBe(202);
    const second = activity('Follow', alice);
    expect(await peer.post(inbox, second)).toBe(202);
    expect(await follower()).toMatchObject({ state: 'pending', follows: [first.id, second.id] });
    expect(await scene.followersOf('alice')).toEqual([]);
    expect(await scene.queued('alice')).toEqual([]);
    expect(await scene.differences()).toEqual([]);
  });

  it('is withdrawn by an Undo', async () => {
    const { peer, activity } = scene;
    await peer.post(inbox, activity('Follow', alice));
    expect(
      await peer.post(inbox, activity('Undo', { type: 'Follow', actor: scene.bob, object: alice })),
    ).toBe(202);
    expect(await follower()).toBeUndefined();
  });

  it('is accepted when it comes again after the account has opened up', async () => {
    const { peer, bob, activity } = scene;
    await peer.post(inbox, activity('Follow', alice));
    await approvesItself(false);
    const again = activity('Follow', alice);
    await peer.post(inbox, again);
    expect(await scene.followersOf('alice')).toEqual([bob]);
    expect(await scene.queued('alice')).toMatchObject([
      { activity: { type: 'Accept', object: { id: again.id } } },
    ]);
  });

  it('leaves those who were let before', async () => {
    const { peer, bob, activity } = scene;
    await approvesItself(false);
    await peer.post(inbox, activity('Follow', alice));
    await approvesItself(true);
    await peer.post(inbox, activity('Follow', alice));
    expect(await scene.followersOf('alice')).toEqual([bob]);
    expect(await scene.queued('alice')).toHaveLength(2);
  });
});
