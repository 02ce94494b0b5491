import { expect, it } from 'vitest';
import {
  activityUri,
  actorUri,
  collectionUri,
  ed25519KeyUri,
  iconUri,
  mainKeyUri,
  parseLocalUri,
  postUri,
  profileUri,
  sharedInboxUri,
  tagUri,
} from '#protocol/activitypub/actor-uris';
import { normaliseUri, parseOrigin } from '#protocol/activitypub/uris';

const origin = parseOrigin('http://localhost:8008');
const alice = actorUri(origin, 'alice');

it('builds our URIs in normalised form', () => {
  expect(alice).toBe('http://localhost:8008/users/alice');
  expect(mainKeyUri(alice)).toBe('http://localhost:8008/users/alice#main-key');
  expect(postUri(alice, '01A')).toBe('http://localhost:8008/users/alice/posts/01A');
  expect(activityUri(alice, '01B')).toBe('http://localhost:8008/users/alice/activities/01B');
  expect(sharedInboxUri(origin)).toBe('http://localhost:8008/inbox');
  expect(iconUri(alice)).toBe('http://localhost:8008/users/alice/icon');
  expect(iconUri(alice, 7)).toBe('http://localhost:8008/users/alice/icon?at=7');
  expect(tagUri(origin, 'Käse')).toBe('http://localhost:8008/tags/k%C3%A4se');
  expect(profileUri(origin, 'alice')).toBe('http://localhost:8008/@alice');
  for (const name of ['alice', 'a.b_c-d=e', 'ü/ß']) {
    const uri = actorUri(origin, name);
    expect(normaliseUri(uri), name).toBe(uri);
    expect(parseLocalUri(origin, uri)).toEqual({ kind: 'actor', name });
  }
});

it('reads each of them back', () => {
  expect(parseLocalUri(origin, mainKeyUri(alice))).toEqual({ kind: 'key', name: 'alice' });
  expect(parseLocalUri(origin, ed25519KeyUri(alice))).toEqual({ kind: 'key', name: 'alice' });
  for (const kind of ['inbox', 'outbox', 'followers', 'following'] as const) {
    expect(parseLocalUri(origin, collectionUri(alice, kind))).toEqual({ kind, name: 'alice' });
  }
  expect(parseLocalUri(origin, postUri(alice, '1'))).toEqual({ kind: 'post', name: 'alice', id: '1' });
  expect(parseLocalUri(origin, activityUri(alice, '1'))).toEqual({
    kind: 'activity',
    name: 'alice',
    id: '1',
  });
  expect(parseLocalUri(origin, iconUri(alice, 7))).toEqual({ kind: 'icon', name: 'alice' });
  expect(parseLocalUri(origin, tagUri(origin, '#Käse'))).toEqual({ kind: 'tag', tag: 'käse' });
  expect(parseLocalUri(origin, sharedInboxUri(origin))).toEqual({ kind: 'sharedInbox' });
  expect(parseLocalUri(origin, 'HTTP://LOCALHOST:8008/users/alice')).toEqual({
    kind: 'actor',
    name: 'alice',
  });
});

it.each([
  'https://localhost:8008/users/alice',
  'http://localhost/users/alice',
  'http://localhost:8009/users/alice',
  'http://localhost:8008/users/alice/secrets',
  'http://localhost:8008/users/alice/posts/1/2',
  'http://localhost:8008/users/alice/posts/',
  'http://localhost:8008/users/alice#other',
  'http://localhost:8008/users/alice/icon#x',
  'http://localhost:8008/users/alice/icon/1',
  'http://localhost:8008/tags/',
  'http://localhost:8008/tags/cats/dogs',
  'http://localhost:8008/tags/cats#x',
  'http://localhost:8008/users/alice/inbox#x',
  'http://localhost:8008/users/',
  'http://localhost:8008/users/%zz',
  'http://localhost:8008/x/users/alice',
  'acct:alice@localhost',
])('%s is none of ours', (text) => expect(parseLocalUri(origin, text)).toBeUndefined());
