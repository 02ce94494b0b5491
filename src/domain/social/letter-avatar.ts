// The icon of an account that has none of its own: the first letter of its name on a colour that follows from the name, or
// a symmetric pattern where that letter is none of the font's. The same name always gives the same picture.
import { createHash } from 'node:crypto';
import { glyphHeight, glyphOf, glyphWidth, type Point } from '#domain/social/avatar-glyphs';
import { type Colour, shadedPng } from '#domain/social/shaded-png';
import { ProtocolError } from '#support/errors';
import { avatarPixelsMax, avatarPixelsMin } from '#support/limits';

/** How high the letter is, and how thick its strokes, as shares of the icon and of the letter. */
const letterShare = 0.5;
const strokeShare = 0.15;
/** Cells of a pattern on each side, and the share of the icon that they take. */
const patternCells = 5;
const patternShare = 0.6;

const white: Colour = [255, 255, 255];

/**
 * A square PNG with `sizePixels` on each side.
 * @throws ProtocolError invalidParam for a size beyond the limits
 */
export function letterAvatar(name: string, sizePixels: number): Buffer {
  if (!Number.isInteger(sizePixels) || sizePixels < avatarPixelsMin || sizePixels > avatarPixelsMax) {
    throw new ProtocolError(
      'invalidParam',
      `An icon has from ${avatarPixelsMin} to ${avatarPixelsMax} pixels on each side.`,
    );
  }
  const hash = createHash('sha256').update(name.normalize('NFC').toLowerCase()).digest();
  const glyph = glyphOf(firstLetter(name));
  const pixels = glyph ? drawGlyph(glyph, sizePixels) : drawPattern(hash, sizePixels);
  return shadedPng(sizePixels, pixels, backgroundOf(hash), white);
}

/** The first letter or digit as a capital, without accents; an empty text where there is none. */
function firstLetter(name: string): string {
  const [letter = ''] = /[\p{L}\p{N}]/u.exec(name) ?? [];
  return letter.toUpperCase().normalize('NFKD').slice(0, 1);
}

/**
 * A hue of the name's own at one lightness and colourfulness (Oklch, CSS Color Module Level 4 section 9.3), so that white
 * stands out on all of them alike: at least 4.5 to 1, as WCAG 2.2 asks for text.
 */
function backgroundOf(hash: Buffer): Colour {
  const hue = (hash.readUInt16BE(0) / 0x1_0000) * 2 * Math.PI;
  const [lightness, chroma] = [0.54, 0.11];
  const [a, b] = [chroma * Math.cos(hue), chroma * Math.sin(hue)];
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    gamma(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
    gamma(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
    gamma(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short),
  ];
}

/** A linear share of light as a value of sRGB. */
function gamma(light: number): number {
  const share = Math.min(1, Math.max(0, light));
  return Math.round(255 * (share <= 0.0031308 ? 12.92 * share : 1.055 * share ** (1 / 2.4) - 0.055));
}

function drawGlyph(strokes: readonly (readonly Point[])[], size: number): Uint8Array {
  const pixels = new Uint8Array(size * size);
  const unit = (size * letterShare) / glyphHeight;
  const radius = (unit * glyphHeight * strokeShare) / 2;
  const place = ({ x, y }: Point): Point => ({
    x: size / 2 + (x - glyphWidth / 2) * unit,
    y: size / 2 + (y - glyphHeight / 2) * unit,
  });
  for (const stroke of strokes) {
    const points = stroke.map(place);
    for (let index = 1; index < points.length; index += 1) {
      drawLine(pixels, size, points[index - 1]!, points[index]!, radius);
    }
  }
  return pixels;
}

/** A line with round ends, only as many pixels looked at as it may touch; those at its edge are covered in part. */
function drawLine(pixels: Uint8Array, size: number, from: Point, to: Point, radius: number): void {
  const reach = radius + 1;
  const within = (value: number) => Math.min(size - 1, Math.max(0, Math.floor(value)));
  const [left, right] = [within(Math.min(from.x, to.x) - reach), within(Math.max(from.x, to.x) + reach)];
  const [top, bottom] = [within(Math.min(from.y, to.y) - reach), within(Math.max(from.y, to.y) + reach)];
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const squaredLength = dx * dx + dy * dy;
  for (let row = top; row <= bottom; row += 1) {
    for (let column = left; column <= right; column += 1) {
      const [x, y] = [column + 0.5 - from.x, row + 0.5 - from.y];
      const along = squaredLength === 0 ? 0 : Math.min(1, Math.max(0, (x * dx + y * dy) / squaredLength));
      const distance = Math.sqrt((x - along * dx) ** 2 + (y - along * dy) ** 2);
      const covered = Math.round(255 * Math.min(1, Math.max(0, radius - distance + 0.5)));
      const at = row * size + column;
      if (covered > pixels[at]!) pixels[at] = covered;
    }
  }
}

/** Each cell follows from a bit of the hash, left and right alike; the middle is always set, so that there is something. */
function drawPattern(hash: Buffer, size: number): Uint8Array {
  const pixels = new Uint8Array(size * size);
  const middle = Math.floor(patternCells / 2);
  const isSet = (column: number, row: number) => {
    const fromMiddle = Math.abs(column - middle);
    const bit = row * (middle + 1) + fromMiddle;
    return (fromMiddle === 0 && row === middle) || ((hash[2 + (bit >> 3)]! >> (bit & 7)) & 1) === 1;
  };
  const edge = (cell: number) =>
    Math.round((size * (1 - patternShare)) / 2 + (cell * size * patternShare) / patternCells);
  for (let row = 0; row < patternCells; row += 1) {
    for (let column = 0; column < patternCells; column += 1) {
      if (!isSet(column, row)) continue;
      for (let y = edge(row); y < edge(row + 1); y += 1) {
        pixels.fill(255, y * size + edge(column), y * size + edge(column + 1));
      }
    }
  }
  return pixels;
}
