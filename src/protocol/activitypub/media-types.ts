// Content negotiation for ActivityPub: which media types carry Activity Streams (ActivityPub sections 3.2 and 7) and
// what an Accept header prefers (RFC 9110 section 12.5.1).

export const activityJson = 'application/activity+json';
export const activityStreamsProfile = 'https://www.w3.org/ns/activitystreams';
export const activityLdJson = `application/ld+json; profile="${activityStreamsProfile}"`;
/** What we ask for when we fetch. */
export const activityAccept = `${activityJson}, ${activityLdJson}`;

interface MediaType {
  /** `type/subtype`, lower case. */
  readonly essence: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** True where the Content-Type of a body says that it is Activity Streams. */
export function isActivityStreams(contentType: string | null | undefined): boolean {
  const type = parseMediaType(contentType ?? '');
  if (!type) return false;
  if (type.essence === activityJson) return true;
  const profiles = type.parameters.get('profile')?.split(/\s+/) ?? [];
  return type.essence === 'application/ld+json' && profiles.includes(activityStreamsProfile);
}

/** True where the Content-Type is JSON of any kind (`application/json`, `application/jrd+json`, …). */
export function isJson(contentType: string | null | undefined): boolean {
  const essence = parseMediaType(contentType ?? '')?.essence ?? '';
  return essence === 'application/json' || /^application\/[a-z0-9.!#$&^_-]+\+json$/.test(essence);
}

/**
 * Which of our two representations an Accept header prefers. A header that names neither, or none at all, gets HTML:
 * servers say what they want, browsers and people may not.
 */
export function prefersActivityStreams(accept: string | null | undefined): boolean {
  const ranges = splitOutsideQuotes(accept ?? '', ',').map(parseRange);
  const best = (offers: readonly string[]) => {
    let found = { quality: 0, order: Number.POSITIVE_INFINITY };
    for (const offer of offers) {
      const match = bestRange(parseMediaType(offer)!, ranges);
      if (
        match &&
        (match.quality > found.quality || (match.quality === found.quality && match.order < found.order))
      ) {
        found = match;
      }
    }
    return found;
  };
  // Whoever asks for JSON of any kind is a program, to which a page is of no use.
  const activity = best([activityJson, activityLdJson, 'application/json']);
  const html = best(['text/html']);
  return (
    activity.quality > html.quality ||
    (activity.quality > 0 && activity.quality === html.quality && activity.order < html.order)
  );
}

export function parseMediaType(text: string): MediaType | undefined {
  const [essence = '', ...rest] = splitOutsideQuotes(text, ';');
  const type = essence.trim().toLowerCase();
  if (!/^[a-z0-9.!#$&^_+*-]+\/[a-z0-9.!#$&^_+*-]+$/.test(type)) return undefined;
  const parameters = new Map<string, string>();
  for (const parameter of rest) {
    const equals = parameter.indexOf('=');
    if (equals < 0) continue;
    const value = parameter.slice(equals + 1).trim();
    const unquoted = /^".*"$/.test(value) ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
    parameters.set(parameter.slice(0, equals).trim().toLowerCase(), unquoted);
  }
  return { essence: type, parameters };
}

interface Range {
  readonly type: MediaType | undefined;
  readonly quality: number;
}

function parseRange(text: string): Range {
  const type = parseMediaType(text);
  const weight = type?.parameters.get('q');
  const quality =
    weight === undefined ? 1 : /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(weight) ? Number(weight) : 0;
  return { type, quality };
}

/** The most specific range that fits decides (RFC 9110 section 12.5.1). */
function bestRange(
  offer: MediaType,
  ranges: readonly Range[],
): { quality: number; order: number } | undefined {
  let found: { quality: number; order: number } | undefined;
  let specificity = -1;
  ranges.forEach(({ type, quality }, order) => {
    const specific = type ? specificityOf(type, offer) : -1;
    if (specific > specificity) {
      specificity = specific;
      // A wildcard does not name us: it must not win by its place.
      found = { quality, order: specific < 2 ? Number.POSITIVE_INFINITY : order };
    }
  });
  return found;
}

function specificityOf(range: MediaType, offer: MediaType): number {
  if (range.essence === '*/*') return 0;
  if (range.essence.endsWith('/*')) return offer.essence.startsWith(range.essence.slice(0, -1)) ? 1 : -1;
  if (range.essence !== offer.essence) return -1;
  const wanted = [...range.parameters].filter(([name]) => name !== 'q' && name !== 'charset');
  const fits = wanted.every(([name, value]) => value.split(/\s+/).includes(offer.parameters.get(name) ?? ''));
  return fits ? 2 + wanted.length : -1;
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\' && quoted) at += 1;
    else if (text[at] === '"') quoted = !quoted;
    else if (text[at] === separator && !quoted) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
