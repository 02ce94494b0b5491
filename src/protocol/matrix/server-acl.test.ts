// The five steps of a server ACL, what malformed lists mean, and lists made to be slow. Client-Server API,
// "m.room.server_acl".
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#protocol/matrix/json';
import { serverAcl } from '#protocol/matrix/server-acl';

const lets = (content: JsonObject, server: string) => serverAcl({ content })(server);

describe('the steps', () => {
  it('1: without an event, everybody is let in', () => {
    expect(serverAcl(undefined)('evil.com')).toBe(true);
    expect(serverAcl(undefined)('1.2.3.4:8448')).toBe(true);
  });

  it.each(['1.2.3.4', '1.2.3.4:8448', '[::1]', '[2001:db8::1]:8448'])('2: the IP literal %s', (server) => {
    expect(lets({ allow: ['*'], allow_ip_literals: false }, server)).toBe(false);
    for (const allow_ip_literals of [true, undefined, null, 'false', 0]) {
      expect(lets({ allow: ['*'], allow_ip_literals } as JsonObject, server)).toBe(true);
    }
  });

  it.each(['example.org', '1.2.3.4.org', '256.1.1.1x', 'a1.2.3.4'])('2: %s is no IP literal', (server) => {
    expect(lets({ allow: ['*'], allow_ip_literals: false }, server)).toBe(true);
  });

  it('3: deny outweighs allow', () => {
    expect(lets({ allow: ['*', 'evil.com'], deny: ['evil.com'] }, 'evil.com')).toBe(false);
    expect(lets({ allow: ['*'], deny: ['*.evil.com'] }, 'evil.com')).toBe(true);
    expect(lets({ allow: ['*'], deny: ['*.evil.com'] }, 'a.b.evil.com')).toBe(false);
  });

  it('4 and 5: only what is allowed gets in', () => {
    expect(lets({ allow: ['good.org', '*.good.org'] }, 'good.org')).toBe(true);
    expect(lets({ allow: ['good.org', '*.good.org'] }, 'x.good.org')).toBe(true);
    expect(lets({ allow: ['good.org', '*.good.org'] }, 'notgood.org')).toBe(false);
    expect(lets({ allow: [] }, 'good.org')).toBe(false);
    expect(lets({ deny: [] }, 'good.org')).toBe(false);
  });
});

it('considers no port and no case', () => {
  for (const server of ['evil.com', 'evil.com:8448', 'EVIL.com:1234']) {
    expect(lets({ allow: ['*'], deny: ['Evil.COM'] }, server)).toBe(false);
    expect(lets({ allow: ['EVIL.*'] }, server)).toBe(true);
  }
  expect(lets({ allow: ['[2001:DB8::?]'] }, '[2001:db8::1]:8448')).toBe(true);
});

it('`?` is one character, `*` any number, and dots are dots', () => {
  expect(lets({ allow: ['evil?.com'] }, 'evil1.com')).toBe(true);
  expect(lets({ allow: ['evil?.com'] }, 'evil.com')).toBe(false);
  expect(lets({ allow: ['a*c'] }, 'ac')).toBe(true);
  expect(lets({ allow: ['a.c'] }, 'abc')).toBe(false);
});

it('takes what is malformed for absent', () => {
  expect(lets({ allow: '*' }, 'a.org')).toBe(false);
  expect(lets({ allow: { 0: '*' } }, 'a.org')).toBe(false);
  expect(lets({ allow: [null, 7, ['*'], '*'] }, 'a.org')).toBe(true);
  expect(lets({ allow: ['*'], deny: 'a.org' }, 'a.org')).toBe(true);
  expect(lets({ allow: ['*'], deny: [null, { x: 1 }, 'b.org'] }, 'a.org')).toBe(true);
});

it('answers for any content and any name', () => {
  const list = fc.oneof(fc.jsonValue(), fc.array(fc.oneof(fc.string(), fc.jsonValue())));
  fc.assert(
    fc.property(list, list, fc.jsonValue(), fc.string(), (allow, deny, ip, server) => {
      const content = { allow, deny, allow_ip_literals: ip } as JsonObject;
      expect(typeof lets(content, server)).toBe('boolean');
    }),
  );
});

it('answers lists made to be slow', () => {
  const deny = Array.from({ length: 600 }, (_, index) => `${'*a?'.repeat(30)}b${index}`);
  expect(lets({ allow: ['*'], deny }, `${'a'.repeat(250)}.org`)).toBe(true);
});
