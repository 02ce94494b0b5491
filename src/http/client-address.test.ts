import { describe, expect, it } from 'vitest';
import { addressSubject, makeClientAddress } from '#http/client-address';

describe('the client address', () => {
  it('is the address of the socket where no proxy is trusted', () => {
    const addressOf = makeClientAddress([]);
    expect(addressOf('192.0.2.1', '198.51.100.1')).toBe('192.0.2.1');
    expect(addressOf('::ffff:192.0.2.1', undefined)).toBe('192.0.2.1');
    expect(addressOf(undefined, '198.51.100.1')).toBe('');
  });

  it.each([
    ['127.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['127.0.0.1', undefined, '127.0.0.1'],
    // What stands left of the first untrusted entry, seen from the right, may be forged.
    ['127.0.0.1', '203.0.113.9, 198.51.100.1', '198.51.100.1'],
    ['127.0.0.1', '203.0.113.9, 198.51.100.1, 10.1.2.3', '198.51.100.1'],
    ['::ffff:10.0.0.1', '[2001:db8::1]:4711', '2001:db8::1'],
    ['10.0.0.1', '198.51.100.1:5555', '198.51.100.1'],
    ['10.0.0.1', 'unknown', '10.0.0.1'],
    ['10.0.0.1', '198.51.100.1, nonsense', '10.0.0.1'],
    ['192.0.2.1', '198.51.100.1', '192.0.2.1'],
  ])('behind trusted proxies: socket %s, header %s, client %s', (socketAddress, forwardedFor, client) => {
    expect(makeClientAddress(['127.0.0.1', '10.0.0.0/8', '::1'])(socketAddress, forwardedFor)).toBe(client);
  });
});

describe('the subject of rate limits', () => {
  it.each([
    ['198.51.100.1', '198.51.100.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:0db8:0001::9', '2001:db8:1:0'],
    ['2001:db8::', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['', ''],
  ])('of %s is %s', (address, subject) => {
    expect(addressSubject(address)).toBe(subject);
  });
});
