import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  authorityOf,
  normaliseUri,
  originOf,
  parseOrigin,
  requireUri,
  sameOrigin,
  withoutFragment,
} from '#protocol/activitypub/uris';

describe('normaliseUri', () => {
  it.each([
    ['https://EXAMPLE.org/users/Alice', 'https://example.org/users/Alice'],
    ['HTTPS://example.org:443/a', 'https://example.org/a'],
    ['http://example.org:80/a', 'http://example.org/a'],
    ['https://example.org:8443/a', 'https://example.org:8443/a'],
    ['https://example.org./a', 'https://example.org/a'],
    ['https://bücher.example/a', 'https://xn--bcher-kva.example/a'],
    ['https://xn--bcher-kva.example/a', 'https://xn--bcher-kva.example/a'],
    ['https://example.org', 'https://example.org/'],
    ['https://example.org/a#main-key', 'https://example.org/a#main-key'],
  ])('%s becomes %s', (text, expected) => expect(normaliseUri(text)).toBe(expected));

  it.each([
    'https://user:pw@example.org/a',
    'https://good.example@evil.example/a',
    'ftp://example.org/a',
    'javascript:alert(1)',
    'acct:alice@example.org',
    '/users/alice',
    'alice',
    '42',
    'https:///a',
    'https://example.org../a',
    'https://exa mple.org/a',
    'https://example.org/a\n',
    'https://example.org\\@evil.example/',
    `https://example.org/${'a'.repeat(3000)}`,
    42,
    null,
    {},
  ])('refuses %s', (text) => expect(normaliseUri(text)).toBeUndefined());

  it('is idempotent', () => {
    fc.assert(
      fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), (text) => {
        const once = normaliseUri(text);
        expect(once === undefined ? undefined : normaliseUri(once)).toBe(once);
      }),
    );
  });
});

it('tells origins apart by scheme, host and port', () => {
  const a = requireUri('https://example.org/a', 'a');
  expect(sameOrigin(a, requireUri('https://EXAMPLE.org:443/b', 'b'))).toBe(true);
  for (const other of ['http://example.org/a', 'https://example.org:444/a', 'https://sub.example.org/a']) {
    expect(sameOrigin(a, requireUri(other, 'b')), other).toBe(false);
  }
  expect(originOf(a)).toBe('https://example.org');
  expect(authorityOf(requireUri('http://localhost:8008/x', 'x'))).toBe('localhost:8008');
  expect(parseOrigin('http://localhost:8008/')).toBe('http://localhost:8008');
  expect(() => parseOrigin('https://example.org/base')).toThrow(/not an origin/);
  expect(withoutFragment(requireUri('https://example.org/a#k', 'k'))).toBe(a);
  expect(() => requireUri('alice', 'attributedTo')).toThrow(/attributedTo must be an absolute/);
});
