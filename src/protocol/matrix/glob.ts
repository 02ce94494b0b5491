// Glob-style patterns, without regard to case: `*` is any sequence of characters, `?` exactly one. Appendices,
// "Glob-style matching". Patterns and texts both come from outside, so a match takes time linear in the text, whatever
// the pattern.
import { type GlobSegment, globSegment } from '#protocol/matrix/glob-segment';

/** Tells whether a text, with its case folded by `foldCase`, matches. */
export type GlobMatcher = (folded: string) => boolean;

/** What the pattern must match: all of the text, or any part of it that begins and ends at a word boundary. */
export type GlobExtent = 'whole' | 'words';

/** What texts and patterns are compared by. "The exact meaning of 'case insensitive' is defined by the implementation". */
export function foldCase(text: string): string {
  return text.toLowerCase();
}

export function compileGlob(pattern: string, extent: GlobExtent): GlobMatcher {
  const folded = foldCase(pattern);
  if (extent === 'whole' && !/[*?]/.test(folded)) return (text) => text === folded;
  return matcher(
    folded.split('*').map((part) => globSegment(part, '?')),
    extent,
  );
}

/** Matches where `literal` stands in a text between word boundaries; no character of it has a special meaning. */
export function compileWords(literal: string): GlobMatcher {
  return matcher([globSegment(foldCase(literal))], 'words');
}

/** Segments are what stands between the stars. Taking each at its first place leaves the most room for those behind it. */
function matcher(segments: readonly GlobSegment[], extent: GlobExtent): GlobMatcher {
  const lengthMin = segments.reduce((sum, segment) => sum + segment.length, 0);
  const last = segments.length - 1;
  return (text) => {
    if (text.length < lengthMin) return false;
    const isEdge = extent === 'words' ? (at: number) => isWordBoundary(text, at) : undefined;
    let at = 0;
    for (const [index, segment] of segments.entries()) {
      const start = index > 0 ? 'anywhere' : (isEdge ?? 'at once');
      const end = index < last ? 'anywhere' : (isEdge ?? 'at the end');
      at = segment.find(text, at, start, end);
      if (at === -1) return false;
    }
    return true;
  };
}

/** "The start or end of the value, or any character not in the sets [A-Z], [a-z], [0-9] or _". Push module. */
function isWordBoundary(text: string, at: number): boolean {
  return at === 0 || at === text.length || !isWordUnit(text, at - 1) || !isWordUnit(text, at);
}

function isWordUnit(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  if (unit >= 0x61) return unit <= 0x7a;
  return (unit >= 0x30 && unit <= 0x39) || (unit >= 0x41 && unit <= 0x5a) || unit === 0x5f;
}
