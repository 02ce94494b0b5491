import { expect, it } from 'vitest';
import { describeActivity } from '#protocol/activitypub/describe-activity';
import type { JsonObject } from '#protocol/activitypub/json-document';
import { publicCollection } from '#protocol/activitypub/public-collection';
import { requireUri } from '#protocol/activitypub/uris';

const bob = 'https://remote.example/users/bob';
const alice = 'https://home.example/users/alice';
const base = {
  '@context': 'https://www.w3.org/ns/activitystreams',
  id: `${bob}/activities/1`,
  actor: bob,
  to: [publicCollection],
  cc: [`${bob}/followers`, alice],
  published: '2026-11-21T12:00:00Z',
};
const activity = (changes: Record<string, unknown>) =>
  JSON.parse(JSON.stringify({ ...base, ...changes })) as JsonObject;
const note = {
  id: 'https://remote.example/notes/1',
  type: 'Note',
  attributedTo: bob,
  content: '<p>Hé &amp; <b>ho</b> 😀</p>',
  contentMap: { fr: '<p>Hé &amp; <b>ho</b> 😀</p>' },
  summary: 'Noise',
  inReplyTo: `${alice}/posts/1`,
  to: [`${bob}/followers`],
  cc: [alice],
  tag: [
    { type: 'Mention', href: alice, name: '@alice@home.example' },
    { type: 'Hashtag', name: '#noise' },
  ],
  attachment: [{ type: 'Image', url: 'https://cdn.example/1.png', mediaType: 'image/png', name: 'Alt' }],
};

it('tells all of a Create', () => {
  expect(describeActivity(activity({ type: 'Create', object: note }))).toStrictEqual({
    id: base.id,
    type: 'Create',
    actor: bob,
    object: { id: note.id, type: 'Note' },
    published: Date.UTC(2026, 10, 21, 12),
    visibility: 'public',
    recipients: [publicCollection, `${bob}/followers`, alice],
    note: {
      id: note.id,
      type: 'Note',
      author: bob,
      visibility: 'followers',
      inReplyTo: note.inReplyTo,
      summary: 'Noise',
      language: 'fr',
      sensitive: false,
      textCharacters: 9,
      mentions: [{ actor: alice, name: '@alice@home.example' }],
      hashtags: ['noise'],
      attachments: [{ url: 'https://cdn.example/1.png', mediaType: 'image/png', name: 'Alt' }],
    },
  });
});

it('takes the followers for those that it is told of', () => {
  const about = activity({ type: 'Like', object: note.id, to: ['https://remote.example/f'], cc: [] });
  expect(describeActivity(about).visibility).toBe('direct');
  const followers = requireUri('https://remote.example/f', 'followers');
  expect(describeActivity(about, followers)).toMatchObject({
    visibility: 'followers',
    recipients: [followers],
  });
});

it('tells what an actor says of itself', () => {
  const person = { id: bob, type: 'Person', preferredUsername: 'bob', inbox: `${bob}/inbox` };
  expect(describeActivity(activity({ type: 'Update', object: person })).profile).toStrictEqual({
    type: 'Person',
    preferredUsername: 'bob',
    name: 'bob',
    inbox: `${bob}/inbox`,
    alsoKnownAs: [],
  });
  const movedTo = 'https://new.example/users/bob';
  expect(
    describeActivity(activity({ type: 'Update', object: { ...person, movedTo } })).profile,
  ).toMatchObject({
    movedTo,
  });
});

it('tells what is undone, reported and moved', () => {
  const ends = { actor: bob, object: alice };
  expect(
    describeActivity(activity({ type: 'Undo', object: { type: 'Follow', ...ends } })).object,
  ).toStrictEqual({
    type: 'Follow',
    ends,
  });
  expect(
    describeActivity(activity({ type: 'Flag', object: [alice, `${alice}/posts/1`], content: 'Spam' })),
  ).toMatchObject({
    flagged: [alice, `${alice}/posts/1`],
    content: 'Spam',
  });
  const target = 'https://new.example/users/bob';
  expect(describeActivity(activity({ type: 'Move', object: bob, target })).target).toBe(target);
});

it('tells no more of a type that it does not know', () => {
  const about = describeActivity(
    activity({ type: 'Update', object: { id: bob, type: 'Sandwich' }, published: 'x' }),
  );
  expect(about).toStrictEqual({
    id: base.id,
    type: 'Update',
    actor: bob,
    object: { id: bob, type: 'Sandwich' },
    visibility: 'public',
    recipients: [publicCollection, `${bob}/followers`, alice],
  });
});

it('throws what an inbox answers', () => {
  const refusal = (changes: Record<string, unknown>) => () => describeActivity(activity(changes));
  expect(refusal({ type: 'Arrive', object: note })).toThrow(expect.objectContaining({ kind: 'badJson' }));
  expect(refusal({ type: 'Move', object: alice, target: bob })).toThrow(
    expect.objectContaining({ kind: 'forbidden' }),
  );
  expect(refusal({ type: 'Create', object: { ...note, to: [], type: 'Note', attributedTo: alice } })).toThrow(
    expect.objectContaining({ kind: 'forbidden' }),
  );
  expect(refusal({ type: 'Update', object: { id: bob, type: 'Person' } })).toThrow(
    expect.objectContaining({ kind: 'badJson' }),
  );
});
