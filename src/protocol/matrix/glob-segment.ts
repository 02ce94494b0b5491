// A piece of a glob-style pattern without stars, and the search for it: the engine's own search where that decides, and
// otherwise an automaton whose states are the bits of words, so that many tries at once cost no more than one.
// Appendices, "Glob-style matching".

/** Where a match may begin (`at once`: only where the search does), and where it may end. */
export type SegmentStart = 'anywhere' | 'at once' | ((at: number) => boolean);
export type SegmentEnd = 'anywhere' | 'at the end' | ((at: number) => boolean);

export interface GlobSegment {
  /** UTF-16 units that a match has at least. */
  readonly length: number;
  /** The end of the match that ends first, or -1. Takes time linear in the text. */
  find(text: string, from: number, start: SegmentStart, end: SegmentEnd): number;
}

/** @param hole the character that stands for exactly one character of any kind; without it none does */
export function globSegment(segment: string, hole?: string): GlobSegment {
  const { length } = segment;
  if (length === 0) return { length, find: findEmpty };
  // Most segments never need it.
  let automaton: Automaton | undefined;
  const search = (...[text, from, start, end]: Parameters<GlobSegment['find']>) =>
    run((automaton ??= buildAutomaton(segment, hole)), text, from, start, end);
  const hasHoles = hole !== undefined && segment.includes(hole);
  return {
    length,
    find(text, from, start, end) {
      if (from + length > text.length) return -1;
      if (hasHoles) return search(text, from, start, end);
      if (start === 'at once' && !text.startsWith(segment, from)) return -1;
      if (end === 'at the end' && !text.endsWith(segment)) return -1;
      if (end === 'at the end' && start === 'anywhere') return text.length;
      const found = text.indexOf(segment, from);
      if (found === -1) return -1;
      const foundEnd = found + length;
      if (mayStart(start, from, found) && mayEnd(end, text, foundEnd)) return foundEnd;
      // Not the first place: looking at each further one by itself could cost the length of the segment every time.
      return start === 'at once' ? -1 : search(text, found, start, end);
    },
  };
}

function findEmpty(text: string, from: number, start: SegmentStart, end: SegmentEnd): number {
  if (start === 'anywhere' && end === 'at the end') return text.length;
  const last = start === 'at once' ? from : text.length;
  for (let at = from; at <= last; at++) {
    if (mayStart(start, from, at) && mayEnd(end, text, at)) return at;
  }
  return -1;
}

function mayStart(start: SegmentStart, from: number, at: number): boolean {
  return start === 'anywhere' || (start === 'at once' ? at === from : start(at));
}

function mayEnd(end: SegmentEnd, text: string, at: number): boolean {
  return end === 'anywhere' || (end === 'at the end' ? at === text.length : end(at));
}

/** Bit n of the words stands for: the last unit read was the segment's unit n, those before it its units before. */
interface Automaton {
  /** For each unit that the segment has, the bits that reading it may set. */
  readonly masks: ReadonlyMap<number, Uint32Array>;
  /** The bits of the holes, which any other unit may set. */
  readonly holes: Uint32Array;
  readonly lastWord: number;
  readonly lastBit: number;
}

const wordBits = 32;

function buildAutomaton(text: string, hole: string | undefined): Automaton {
  const words = Math.ceil(text.length / wordBits);
  const holes = new Uint32Array(words);
  const masks = new Map<number, Uint32Array>();
  const holeUnit = hole?.charCodeAt(0);
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) === holeUnit) setBit(holes, index);
  }
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === holeUnit) continue;
    const mask = masks.get(unit) ?? holes.slice();
    setBit(mask, index);
    masks.set(unit, mask);
  }
  const last = text.length - 1;
  return { masks, holes, lastWord: Math.floor(last / wordBits), lastBit: 1 << (last % wordBits) };
}

function setBit(words: Uint32Array, index: number): void {
  const word = Math.floor(index / wordBits);
  words[word] = words[word]! | (1 << (index % wordBits));
}

function run(automaton: Automaton, text: string, from: number, start: SegmentStart, end: SegmentEnd): number {
  const { masks, holes, lastWord, lastBit } = automaton;
  const states = new Uint32Array(holes.length);
  for (let at = from; at < text.length; at++) {
    const mask = masks.get(text.charCodeAt(at)) ?? holes;
    // A hole takes a whole character: the second half of a surrogate pair lets it stay as it is, and fills none.
    const isSecondHalf = isLowHalf(text, at);
    let carry = mayStart(start, from, at) ? 1 : 0;
    let alive = 0;
    for (let word = 0; word < states.length; word++) {
      const before = states[word]!;
      const filled = isSecondHalf ? mask[word]! & ~holes[word]! : mask[word]!;
      const stayed = isSecondHalf ? before & holes[word]! : 0;
      const after = (((before << 1) | carry) & filled) | stayed;
      carry = before >>> (wordBits - 1);
      states[word] = after;
      alive |= after;
    }
    if (states[lastWord]! & lastBit && !isLowHalf(text, at + 1) && mayEnd(end, text, at + 1)) return at + 1;
    if (alive === 0 && start === 'at once') return -1;
  }
  return -1;
}

/** True when the unit at `at` is the second half of a character beyond U+FFFF. */
function isLowHalf(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
}
