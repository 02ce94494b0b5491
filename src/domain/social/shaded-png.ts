// A PNG of two colours and the shades between them (Portable Network Graphics, third edition: sections 5, 9 and 11): a
// palette of 256 and one byte a pixel, which is all that generated icons need.
import { crc32, deflateSync } from 'node:zlib';

/** Red, green and blue, from 0 to 255. */
export type Colour = readonly [number, number, number];

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const shades = 256;

/** `pixels` are rows of `width` bytes: 0 is all `background`, 255 all `foreground`. */
export function shadedPng(width: number, pixels: Uint8Array, background: Colour, foreground: Colour): Buffer {
  const height = pixels.length / width;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits, palette; deflate, the usual filters, not interlaced.
  header.set([8, 3, 0, 0, 0], 8);
  const palette = Buffer.alloc(shades * 3);
  for (let shade = 0; shade < shades; shade += 1) {
    for (const channel of [0, 1, 2] as const) {
      const share = shade / (shades - 1);
      palette[shade * 3 + channel] = Math.round(
        background[channel] * (1 - share) + foreground[channel] * share,
      );
    }
  }
  // Each row begins with its filter: none, as is right for a palette (section 12.7).
  const rows = Buffer.alloc((width + 1) * height);
  for (let row = 0; row < height; row += 1) {
    rows.set(pixels.subarray(row * width, (row + 1) * width), row * (width + 1) + 1);
  }
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: 'IHDR' | 'PLTE' | 'IDAT' | 'IEND', data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(data.length, 0);
  named.copy(whole, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}
