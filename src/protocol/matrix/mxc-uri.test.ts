// Addresses of media, and the paths that they must not become.
import { describe, expect, it } from 'vitest';
import { isMxcUri, parseMxcUri } from '#protocol/matrix/mxc-uri';
import { ProtocolError } from '#support/errors';

describe('mxc URIs', () => {
  it.each([
    ['mxc://example.org/SEsfnsuifSDFSSEF', 'example.org', 'SEsfnsuifSDFSSEF'],
    ['mxc://example.org:8448/a-_Z9', 'example.org:8448', 'a-_Z9'],
    ['mxc://[2001:db8::1]:8448/a', '[2001:db8::1]:8448', 'a'],
    [`mxc://1.2.3.4/${'a'.repeat(300)}`, '1.2.3.4', 'a'.repeat(300)],
  ])('%s falls apart', (uri, server, mediaId) => {
    expect(isMxcUri(uri)).toBe(true);
    expect(parseMxcUri(uri)).toEqual({ server, mediaId });
  });

  it.each([
    'mxc://127.0.0.1/../../../some_service/etc/passwd',
    'mxc://example.org/..',
    'mxc://example.org/a/b',
    'mxc://example.org/a%2fb',
    'mxc://example.org/a?b',
    'mxc://example.org/a#b',
    'mxc://example.org/a\n',
    'mxc://example.org/a.png',
    'mxc://example.org/ä',
    'mxc://example.org/',
    'mxc://example.org',
    'mxc:///a',
    'mxc://../a',
    'mxc://./a',
    'mxc://a_b/c',
    'mxc://a%2eb/c',
    'mxc://user@example.org/c',
    'mxc://256.1.1.1/c',
    'MXC://example.org/a',
    'mxc:/example.org/a',
    'https://example.org/a',
    ' mxc://example.org/a',
    '',
    'mxc://\ud800/a',
    `mxc://${'/'.repeat(1_000_000)}`,
    `mxc://example.org/${'a'.repeat(1_000_000)}!`,
  ])('%.60j is none', (text) => {
    expect(isMxcUri(text)).toBe(false);
    const refusal = expect.objectContaining({ kind: 'invalidParam', constructor: ProtocolError });
    expect(() => parseMxcUri(text)).toThrow(refusal);
  });
});
