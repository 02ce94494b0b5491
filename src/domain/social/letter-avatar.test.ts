import { crc32, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { glyphOf } from '#domain/social/avatar-glyphs';
import { letterAvatar } from '#domain/social/letter-avatar';
import { avatarPixelsMax, avatarPixelsMin } from '#support/limits';

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly palette: Buffer;
  /** Rows of shades. */
  readonly rows: readonly Buffer[];
}

/** Reads a PNG with a palette, strictly: order, lengths and checksums of its chunks, filters of its rows. */
function decode(png: Buffer): Picture {
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const chunks = new Map<string, Buffer>();
  let at = 8;
  while (at < png.length) {
    const length = png.readUInt32BE(at);
    const data = png.subarray(at + 8, at + 8 + length);
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(png.subarray(at + 4, at + 8 + length)));
    chunks.set(png.toString('latin1', at + 4, at + 8), data);
    at += 12 + length;
  }
  expect(at).toBe(png.length);
  expect([...chunks.keys()]).toEqual(['IHDR', 'PLTE', 'IDAT', 'IEND']);
  const header = chunks.get('IHDR')!;
  expect([...header.subarray(8)]).toEqual([8, 3, 0, 0, 0]);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const data = inflateSync(chunks.get('IDAT')!);
  expect(data.length).toBe((width + 1) * height);
  const rows = Array.from({ length: height }, (_, row) => {
    expect(data[row * (width + 1)]).toBe(0);
    return data.subarray(row * (width + 1) + 1, (row + 1) * (width + 1));
  });
  return { width, height, palette: chunks.get('PLTE')!, rows };
}

function contrast(palette: Buffer): number {
  const luminance = (index: number) => {
    const [red, green, blue] = [...palette.subarray(index * 3, index * 3 + 3)].map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  return (luminance(255) + 0.05) / (luminance(0) + 0.05);
}

const inked = ({ rows }: Picture) =>
  rows.reduce((sum, row) => sum + row.filter((shade) => shade > 127).length, 0);
const characters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'];

it.each([avatarPixelsMin, 48, 401, avatarPixelsMax])('is a square PNG of %i pixels', (size) => {
  const picture = decode(letterAvatar('alice', size));
  expect([picture.width, picture.height]).toEqual([size, size]);
  expect(inked(picture) / size ** 2).toBeGreaterThan(0.03);
  expect(inked(picture) / size ** 2).toBeLessThan(0.3);
  // Nothing touches the edge, where pictures are cut round.
  const edges = [
    picture.rows[0]!,
    picture.rows.at(-1)!,
    picture.rows.map((row) => row[0]!),
    picture.rows.map((row) => row.at(-1)!),
  ];
  for (const edge of edges) expect(Math.max(...edge)).toBe(0);
});

it.each([0, -1, 1.5, Number.NaN, avatarPixelsMin - 1, avatarPixelsMax + 1])('refuses %d pixels', (size) =>
  expect(() => letterAvatar('alice', size)).toThrow(/pixels on each side/),
);

describe('the letter', () => {
  it('is another for each capital and digit, all of them in the middle', () => {
    const pictures = characters.map((character) => decode(letterAvatar(character, 64)));
    const drawn = pictures.map(({ rows }) => Buffer.concat([...rows]).toString('base64'));
    expect(new Set(drawn).size).toBe(characters.length);
    for (const { rows } of pictures) {
      const inkedRows = rows.flatMap((row, index) => (row.some((shade) => shade > 127) ? [index] : []));
      expect(Math.abs(inkedRows[0]! + inkedRows.at(-1)! - 63)).toBeLessThanOrEqual(3);
    }
  });

  it('differs from every other by more than a trifle', () => {
    const pictures = characters.map((character) =>
      decode(letterAvatar(character, 64)).rows.flatMap((row) => [...row]),
    );
    pictures.forEach((one, index) => {
      for (const other of pictures.slice(index + 1)) {
        const different = one.filter((shade, at) => Math.abs(shade - other[at]!) > 127).length;
        expect(different).toBeGreaterThan(20);
      }
    });
  });

  it('is the first of the name, whatever stands before it and on it', () => {
    const letterOf = (name: string) => decode(letterAvatar(name, 64)).rows;
    for (const name of ['Alice', '_alice', '@alice', 'Ångström', 'ａlice']) {
      expect(letterOf(name), name).toEqual(letterOf('alice'));
    }
    expect(letterOf('ßa')).toEqual(letterOf('s'));
  });

  it('is smooth: its edges have shades', () => {
    const shades = new Set(decode(letterAvatar('o', 400)).rows.flatMap((row) => [...row]));
    expect(shades.size).toBeGreaterThan(50);
    expect(glyphOf('é')).toBeUndefined();
    expect(glyphOf('constructor')).toBeUndefined();
  });
});

describe('the pattern', () => {
  it.each(['猫', 'Жук', '', '***', '🐈'])('of %j is symmetric, and not empty', (name) => {
    const picture = decode(letterAvatar(name, 100));
    for (const row of picture.rows) expect([...row].reverse()).toEqual([...row]);
    expect(inked(picture)).toBeGreaterThan(100);
  });

  it('is another for another name', () => {
    const drawn = ['猫', '犬', '鳥', 'Жук', '', '***'].map((name) =>
      Buffer.concat([...decode(letterAvatar(name, 40)).rows]),
    );
    expect(new Set(drawn.map((pixels) => pixels.toString('base64'))).size).toBe(6);
  });
});

describe('the colour', () => {
  const palettes = Array.from(
    { length: 200 },
    (_, index) => decode(letterAvatar(`name ${index}`, 16)).palette,
  );

  it('lets white stand out, whatever the name', () => {
    for (const palette of palettes) {
      expect(contrast(palette)).toBeGreaterThanOrEqual(4.5);
      expect([...palette.subarray(765)]).toEqual([255, 255, 255]);
    }
  });

  it('is of many hues, and the same for one name in any case', () => {
    expect(new Set(palettes.map((palette) => palette.toString('hex', 0, 3))).size).toBeGreaterThan(100);
    expect(letterAvatar('Alice', 48).equals(letterAvatar('alice', 48))).toBe(true);
    expect(letterAvatar('alice', 48).equals(letterAvatar('alina', 48))).toBe(false);
  });
});
