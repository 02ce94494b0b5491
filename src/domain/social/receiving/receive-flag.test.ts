import { expect, it } from 'vitest';
import { publishPost } from '#domain/social/publish-post';
import { alice, carol, inbox, openInboxScene, sharedInbox } from '#test/fixtures/inbox-scene';

it('keeps a report with all that it names, once', async () => {
  const { peer, activity, server } = await openInboxScene();
  const post = await publishPost(server.social, 'alice', { text: 'Hello', visibility: 'public' });
  const flag = activity('Flag', [alice, post], { content: 'Rude words' });
  expect(await peer.post(sharedInbox, flag)).toBe(202);
  expect(await peer.post(inbox, flag)).toBe(202);
  const { items } = await server.social.database.read((reader) => reader.reports({ limit: 10 }));
  expect(items).toMatchObject([{ uri: flag.id, type: 'Flag', object: alice }]);
  const json = await server.social.database.read((reader) => reader.activityJson(items[0]!.uri));
  expect(JSON.parse(json ?? '{}')).toMatchObject({ object: [alice, post], content: 'Rude words' });
});

it('keeps no report about what is not here', async () => {
  const { peer, bob, activity, server } = await openInboxScene();
  expect(await peer.post(sharedInbox, activity('Flag', [bob, 'https://elsewhere.example/notes/1']))).toBe(
    202,
  );
  expect(await peer.post(sharedInbox, activity('Flag', 'https://home.example/'))).toBe(202);
  expect(await peer.post(sharedInbox, activity('Flag', []))).toBe(400);
  const { items } = await server.social.database.read((reader) => reader.reports({ limit: 10 }));
  expect(items).toEqual([]);
});

it('takes a report whose first object is elsewhere', async () => {
  const { peer, bob, activity, server } = await openInboxScene();
  expect(await peer.post(sharedInbox, activity('Flag', [bob, carol]))).toBe(202);
  const { items } = await server.social.database.read((reader) => reader.reports({ limit: 10 }));
  expect(items).toHaveLength(1);
});
