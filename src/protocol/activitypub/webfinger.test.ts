import { expect, it } from 'vitest';
import {
  formatAccountAddress,
  parseAccountAddress,
  requireAccountAddress,
} from '#protocol/activitypub/account-address';
import { requireUri } from '#protocol/activitypub/uris';
import { buildJrd, parseResource, readJrd } from '#protocol/activitypub/webfinger';

it.each([
  ['acct:alice@example.org', 'alice@example.org'],
  ['ACCT:Alice@EXAMPLE.org', 'alice@example.org'],
  ['alice@example.org', 'alice@example.org'],
  ['@alice@example.org', 'alice@example.org'],
  ['acct:alice@localhost:8008', 'alice@localhost:8008'],
  ['acct:al%69ce@example.org', 'alice@example.org'],
  ['alice@example.org.', 'alice@example.org'],
  ['alice@bücher.example', 'alice@xn--bcher-kva.example'],
])('%s is the address %s', (text, address) =>
  expect(formatAccountAddress(requireAccountAddress(text))).toBe(address),
);

it.each([
  '',
  'alice',
  'acct:alice',
  '@example.org',
  'alice@',
  'a b@example.org',
  'alice@example.org/path',
  'alice@bob@example.org',
  'alice%40evil.example@example.org',
  'alice%zz@example.org',
  'alice@exa mple.org',
  'alice@example.org#x',
  'mailto:alice',
])('%s is no address', (text) => {
  expect(parseAccountAddress(text)).toBeUndefined();
  expect(() => parseResource(text)).toThrow(/resource must be/);
});

it('takes an actor or a page for a resource too', () => {
  expect(parseResource('https://EXAMPLE.org/users/alice')).toEqual({
    kind: 'uri',
    uri: 'https://example.org/users/alice',
  });
});

const account = {
  address: requireAccountAddress('alice@example.org'),
  actor: requireUri('https://social.example.org/users/alice', 'actor'),
  profile: requireUri('https://social.example.org/@alice', 'profile'),
};

it('answers with subject, aliases and links, which rel filters', () => {
  const jrd = buildJrd(account);
  expect(jrd).toMatchObject({ subject: 'acct:alice@example.org', aliases: [account.profile, account.actor] });
  expect(readJrd(jrd)).toEqual({ subject: account.address, actor: account.actor });
  expect(buildJrd(account, ['self']).links).toEqual([
    { rel: 'self', type: 'application/activity+json', href: account.actor },
  ]);
  expect(buildJrd(account, ['http://other.example/rel']).links).toEqual([]);
});

it('finds the actor in the answers of others', () => {
  const type = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"';
  const links = [
    { rel: 'self', type: 'text/html', href: 'https://a.example/' },
    7,
    { rel: 'self', type, href: account.actor },
  ];
  expect(readJrd({ subject: 'https://a.example/', links })).toEqual({
    subject: undefined,
    actor: account.actor,
  });
});

it.each([
  {},
  { links: 'x' },
  { links: [] },
  { links: [{ rel: 'self', type: 'application/activity+json', href: 'javascript:x' }] },
  { links: [{ rel: 'alternate', type: 'application/activity+json', href: 'https://a.example/' }] },
])('refuses %j, which leads nowhere', (document) =>
  expect(() => readJrd(document)).toThrow(/no link to an ActivityPub/),
);
