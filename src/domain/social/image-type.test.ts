import { expect, it } from 'vitest';
import { imageTypeOf } from '#domain/social/image-type';
import { letterAvatar } from '#domain/social/letter-avatar';

it.each<[string, string, string | undefined]>([
  ['GIF', 'GIF89a\x01\x00', 'image/gif'],
  ['an older GIF', 'GIF87a', 'image/gif'],
  ['JPEG', '\xff\xd8\xff\xe0', 'image/jpeg'],
  ['WebP', 'RIFF\x10\x00\x00\x00WEBPVP8 ', 'image/webp'],
  ['another RIFF', 'RIFF\x10\x00\x00\x00WAVEfmt ', undefined],
  ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"/>', undefined],
  ['HTML', '<!doctype html>', undefined],
  ['too little of a PNG', '\x89PNG\r\n', undefined],
  ['a GIF behind something', ' GIF89a', undefined],
  ['nothing', '', undefined],
])('tells %s by its bytes', (_what, bytes, type) => {
  expect(imageTypeOf(Buffer.from(bytes, 'latin1'))).toBe(type);
});

it('tells a PNG within a larger buffer', () => {
  const png = letterAvatar('a', 32);
  const larger = new Uint8Array(png.length + 7);
  larger.set(png, 7);
  expect(imageTypeOf(larger.subarray(7))).toBe('image/png');
  expect(imageTypeOf(larger)).toBeUndefined();
});
