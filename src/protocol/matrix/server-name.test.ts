// The grammar of server names: the specification's examples, the edges, and hostile text.
import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isServerName, parseServerName } from '#protocol/matrix/server-name';
import { ProtocolError } from '#support/errors';

describe('server names', () => {
  it.each([
    'matrix.org',
    'matrix.org:8888',
    '1.2.3.4',
    '1.2.3.4:1234',
    '[1234:5678::abcd]',
    '[1234:5678::abcd]:5678',
    '[::ffff:1.2.3.4]',
    '[::]',
    '[1:2:3:4:5:6:7:8]',
    '[ABCD::]:1',
    'localhost:65535',
    'localhost:00001',
    'EXAMPLE.org',
    'xn--bcher-kva.example',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.4a',
    'a'.repeat(255),
    `${'a'.repeat(255)}:12345`,
  ])('%s is one', (name) => {
    expect(isServerName(name)).toBe(true);
    expect(parseServerName(name)).toBe(name);
  });

  it.each([
    '',
    ':80',
    'a_b.org',
    'a b',
    'example.org:',
    'example.org:123456',
    'example.org:80:80',
    'example.org:8a',
    'example.org:-1',
    '256.1.1.1',
    '1.2.3.999:80',
    '1:2:3:4:5:6:7:8',
    '::1',
    '[]',
    '[1234:5678::abcd',
    '1234::]',
    '[[::1]]',
    '[::1]x',
    '[::1]:',
    '[:::]',
    '[::1::]',
    '[12345::]',
    '[1:2:3:4:5:6:7:8:9]',
    '[1.2.3.4]',
    '[::1.2.3.256]',
    '[::1.2.3]',
    '[::01234.1.1.1]',
    '[1.2.3.4::]',
    '[fe80::1%eth0]',
    '[g::1]',
    'bücher.example',
    'a@b',
    'a/b',
    'a'.repeat(256),
    '\ud800',
    'example.org\n',
    '\nexample.org',
    'example.org\0',
  ])('%.80j is none', (name) => {
    expect(isServerName(name)).toBe(false);
    expect(() => parseServerName(name)).toThrow(
      expect.objectContaining({ kind: 'invalidParam', constructor: ProtocolError }),
    );
  });

  it('hold the IPv6 addresses that there are', () => {
    const pieces = fc.constantFrom('::', ':', '0', '1', 'ab', 'FFFF', '12345', '1.2.3.4', '.', '256', '0001');
    const texts = fc.array(pieces, { minLength: 1, maxLength: 16 }).map((each) => each.join(''));
    const addresses = fc.oneof(texts, fc.ipV6());
    fc.assert(
      fc.property(addresses, (address) => {
        // An IPv4 tail may have leading zeros here, as the grammar of IPv4 literals allows.
        fc.pre(address.length <= 45 && !/0[0-9]+\.|\.0[0-9]/.test(address));
        expect(isServerName(`[${address}]`)).toBe(isIPv6(address));
      }),
      { numRuns: 2_000 },
    );
  });
});
