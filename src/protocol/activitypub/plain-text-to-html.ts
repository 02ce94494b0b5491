// What a person types becomes HTML that is safe by construction: everything is escaped, and only paragraphs, line breaks
// and links are made.
import { foldHashtag, hashtagInText } from '#protocol/activitypub/hashtags';
import { normaliseUri } from '#protocol/activitypub/uris';

/** Where a mention such as `@bob@remote.example` leads. */
export interface MentionTarget {
  /** The page for people. */
  readonly url: string;
}

export interface TextOptions {
  /** By the mention as it stands in the text, lower case: `@bob@remote.example`. */
  readonly mentions?: ReadonlyMap<string, MentionTarget>;
  /** The page of a hashtag, by its name as it stands in the text, without the sign. Without it hashtags stay text. */
  readonly hashtagPage?: (name: string) => string;
}

/** Paragraphs are set apart by an empty line. An empty text gives an empty string. */
export function plainTextToHtml(text: string, options: TextOptions = {}): string {
  return text
    .replace(/\r\n?/g, '\n')
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.replace(/^\n+|\n+$/g, ''))
    .filter((paragraph) => paragraph.trim() !== '')
    .map(
      (paragraph) =>
        `<p>${paragraph
          .split('\n')
          .map((line) => lineToHtml(line, options))
          .join('<br>')}</p>`,
    )
    .join('');
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}

/** The mentions that a text contains, lower case and each once: `@bob@remote.example`. */
export function mentionsIn(text: string): string[] {
  return [...new Set([...text.matchAll(mention)].map((match) => match[0].toLowerCase()))];
}

/** A host ends with a letter or digit: the dot behind a name at the end of a sentence is not part of it. */
const mention =
  /(?<![\p{L}\p{N}_@/.-])@[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?@[\p{L}\p{N}](?:[\p{L}\p{N}.-]{0,251}[\p{L}\p{N}])?(?::\d{1,5})?/gu;
const linkOrName = new RegExp(`https?:\\/\\/[^\\s<>"']+|${mention.source}|${hashtagInText.source}`, 'giu');

/** The hashtags that a text contains, without their signs, each once in the spelling that comes first. */
export function hashtagsIn(text: string): string[] {
  const names = new Map<string, string>();
  for (const [found] of text.matchAll(linkOrName)) {
    if (!found.startsWith('#')) continue;
    const folded = foldHashtag(found);
    if (!names.has(folded)) names.set(folded, found.slice(1));
  }
  return [...names.values()];
}

/** A field of a profile: one line, in which links say that what they lead to is the same person's (`rel="me"`). */
export function fieldToHtml(text: string): string {
  return lineToHtml(text.replace(/\s+/g, ' ').trim(), {}, 'me nofollow noopener noreferrer');
}

function lineToHtml(line: string, options: TextOptions, relation = 'nofollow noopener noreferrer'): string {
  let html = '';
  let done = 0;
  for (const match of line.matchAll(linkOrName)) {
    const isName = match[0].startsWith('@') || match[0].startsWith('#');
    const found = isName ? match[0] : withoutTrailingPunctuation(match[0]);
    const link = isName ? nameToHtml(found, options) : linkToHtml(found, relation);
    if (link === undefined) continue;
    html += escapeHtml(line.slice(done, match.index)) + link;
    done = match.index + found.length;
  }
  return html + escapeHtml(line.slice(done));
}

function linkToHtml(text: string, relation: string): string | undefined {
  const uri = normaliseUri(text);
  if (uri === undefined) return undefined;
  return `<a href="${escapeHtml(uri)}" rel="${relation}" target="_blank">${escapeHtml(text)}</a>`;
}

function nameToHtml(found: string, { mentions, hashtagPage }: TextOptions): string | undefined {
  if (found.startsWith('@')) return mentionToHtml(found, mentions);
  const name = found.slice(1);
  const uri = hashtagPage && normaliseUri(hashtagPage(name));
  if (uri === undefined) return undefined;
  return `<a href="${escapeHtml(uri)}" class="mention hashtag" rel="tag">#<span>${escapeHtml(name)}</span></a>`;
}

function mentionToHtml(text: string, mentions: TextOptions['mentions']): string | undefined {
  const target = mentions?.get(text.toLowerCase());
  const uri = target && normaliseUri(target.url);
  if (uri === undefined) return undefined;
  const name = text.slice(1, text.indexOf('@', 1));
  return `<span class="h-card"><a href="${escapeHtml(uri)}" class="u-url mention">@<span>${escapeHtml(name)}</span></a></span>`;
}

/** A full stop or a closing bracket behind a link belongs to the sentence, unless the link opened the bracket. */
function withoutTrailingPunctuation(text: string): string {
  let end = text.length;
  while (end > 0) {
    const last = text[end - 1]!;
    const opening = { ')': '(', ']': '[', '}': '{' }[last];
    if (opening !== undefined ? text.slice(0, end).includes(opening) : !/[.,:;!?*_~]/.test(last)) break;
    end -= 1;
  }
  return text.slice(0, end);
}
