import { describe, expect, it } from 'vitest';
import { checkUrl, isAllowed } from '#network/address-policy';

const strict = { allowPrivateNetwork: false };
const open = { allowPrivateNetwork: true };

it.each(['8.8.8.8', '1.1.1.1', '193.0.0.1', '2606:4700:4700::1111', '2a00:1450:4001:82a::200e'])(
  '%s is on the public network',
  (address) => expect(isAllowed(address, strict)).toBe(true),
);

it.each([
  ['0.0.0.0', 'unspecified'],
  ['0.1.2.3', 'this network'],
  ['127.0.0.1', 'loopback'],
  ['127.255.255.254', 'loopback'],
  ['10.0.0.1', 'private'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.1.1', 'private'],
  ['169.254.169.254', 'link-local, metadata'],
  ['100.64.0.1', 'carrier-grade NAT'],
  ['198.18.0.1', 'benchmarking'],
  ['192.0.0.8', 'protocol assignments'],
  ['192.0.2.1', 'documentation'],
  ['198.51.100.1', 'documentation'],
  ['203.0.113.1', 'documentation'],
  ['192.88.99.1', '6to4 relay'],
  ['224.0.0.1', 'multicast'],
  ['240.0.0.1', 'reserved'],
  ['255.255.255.255', 'broadcast'],
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['::ffff:127.0.0.1', 'v4-mapped'],
  ['::ffff:8.8.8.8', 'v4-mapped'],
  ['::127.0.0.1', 'v4-compatible'],
  ['64:ff9b::7f00:1', 'NAT64'],
  ['64:ff9b:1::1', 'NAT64, local'],
  ['2001::1', 'Teredo'],
  ['2002:7f00:1::', '6to4'],
  ['2001:db8::1', 'documentation'],
  ['3fff::1', 'documentation'],
  ['2001:2::1', 'benchmarking'],
  ['2001:10::1', 'ORCHID'],
  ['100::1', 'discard'],
  ['fc00::1', 'unique local'],
  ['fd00::1', 'unique local'],
  ['fe80::1', 'link-local'],
  ['fe80::1%eth0', 'link-local with zone'],
  ['fec0::1', 'site-local'],
  ['ff02::1', 'multicast'],
  ['4000::1', 'not given out'],
  ['', 'nothing'],
  ['localhost', 'a name'],
])('%s is not (%s)', (address) => expect(isAllowed(address, strict)).toBe(false));

it('lets a private network in where that was asked for, and still nothing stranger', () => {
  for (const address of [
    '127.0.0.1',
    '::1',
    '10.1.2.3',
    '192.168.0.1',
    '100.64.0.1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '8.8.8.8',
  ]) {
    expect(isAllowed(address, open), address).toBe(true);
  }
  for (const address of [
    '0.0.0.0',
    '169.254.169.254',
    '::ffff:169.254.169.254',
    'fe80::1',
    '224.0.0.1',
    '255.255.255.255',
    '64:ff9b::1',
  ]) {
    expect(isAllowed(address, open), address).toBe(false);
  }
});

describe('checkUrl', () => {
  it.each([
    ['https://example.org/a', true, true],
    ['https://example.org:443/a', true, true],
    ['http://example.org/a', false, true],
    ['https://example.org:8443/a', false, true],
    ['http://localhost:8008/', false, true],
    ['https://user@example.org/', false, false],
    ['ftp://example.org/', false, false],
    ['file:///etc/passwd', false, false],
    ['gopher://example.org/', false, false],
  ])('%s: public %s, private %s', (text, publicly, privately) => {
    for (const [policy, allowed] of [
      [strict, publicly],
      [open, privately],
    ] as const) {
      const check = () => checkUrl(new URL(text), policy);
      if (allowed) expect(check).not.toThrow();
      else expect(check).toThrow(/not allowed|user information/);
    }
  });
});
