// A note by others. What they send is read into one shape; its HTML is not safe until it has been sanitised, and mentions
// come from the tags, never from the text.
import { parseDateTime } from '#protocol/activitypub/dates';
import { isObject, type JsonObject } from '#protocol/activitypub/json-document';
import { asArray, idOf, typesOf } from '#protocol/activitypub/json-ld';
import { type Addressing, readAddressing, requireOne, textOf, uriOf } from '#protocol/activitypub/reading';
import { requireUri, sameOrigin, type Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';

/** Objects that are shown as posts, as other servers do. */
export const postTypes = ['Note', 'Article', 'Question', 'Page', 'Event', 'Image', 'Audio', 'Video'] as const;

export interface ForeignNote extends Addressing {
  readonly id: Uri;
  readonly type: (typeof postTypes)[number];
  readonly attributedTo: Uri;
  /** HTML that is not safe yet. */
  readonly content: string;
  /** A content warning or a title, as text. */
  readonly summary?: string;
  readonly name?: string;
  /** The page for people, where it lies on the same origin; the id otherwise. */
  readonly url: Uri;
  readonly inReplyTo?: Uri;
  /** Milliseconds since the Unix epoch. */
  readonly published?: number;
  readonly updated?: number;
  readonly mentions: readonly Uri[];
  readonly hashtags: readonly string[];
  readonly sensitive: boolean;
}

const contentCharactersMax = 200_000;
const titleCharactersMax = 2_000;
const hashtagsMax = 100;

/** True where a document is something that is shown as a post. */
export function isPost(document: JsonObject): boolean {
  return postTypeOf(document) !== undefined;
}

/** Reads a note (or what is shown as one). Throws badJson. Contexts are checked by whoever read the whole document. */
export function readNote(object: JsonObject): ForeignNote {
  const id = requireUri(idOf(object), 'id');
  const type = postTypeOf(object);
  if (type === undefined) throw new ProtocolError('badJson', `type must be one of ${postTypes.join(', ')}`);
  const attributedTo = requireOne(object, 'attributedTo');
  if (!sameOrigin(id, attributedTo)) {
    throw new ProtocolError('badJson', 'attributedTo must lie on the origin of the id');
  }
  const summary = textOf(object.summary, titleCharactersMax);
  const name = textOf(object.name, titleCharactersMax);
  const inReplyTo = uriOf(asArray(object.inReplyTo)[0]);
  const published = parseDateTime(object.published);
  const updated = parseDateTime(object.updated);
  const tags = asArray(object.tag).filter(isObject);
  return {
    id,
    type,
    attributedTo,
    content: contentOf(object),
    ...(summary ? { summary } : {}),
    ...(name ? { name } : {}),
    url: pageOf(object, id),
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(published === undefined ? {} : { published }),
    ...(updated === undefined ? {} : { updated }),
    mentions: [...new Set(tags.filter(isTag('Mention')).flatMap((tag) => uriOf(tag.href) ?? []))],
    hashtags: hashtagsOf(tags),
    sensitive: object.sensitive === true,
    ...readAddressing(object),
  };
}

function postTypeOf(document: JsonObject) {
  return postTypes.find((type) => typesOf(document).includes(type));
}

function contentOf(object: JsonObject): string {
  const content = textOf(object.content, contentCharactersMax);
  if (content !== undefined) return content;
  const map = object.contentMap;
  return (isObject(map) ? textOf(Object.values(map)[0], contentCharactersMax) : undefined) ?? '';
}

function hashtagsOf(tags: readonly JsonObject[]): string[] {
  const names = tags.filter(isTag('Hashtag')).map((tag) => textOf(tag.name, 256)?.replace(/^#/, '') ?? '');
  return [...new Set(names.filter((name) => /^[\p{L}\p{N}\p{M}_·]+$/u.test(name)))].slice(0, hashtagsMax);
}

function isTag(type: 'Mention' | 'Hashtag') {
  return (tag: JsonObject) => typesOf(tag).includes(type);
}

function pageOf(object: JsonObject, id: Uri): Uri {
  for (const value of asArray(object.url)) {
    const uri = uriOf(isObject(value) ? value.href : value);
    if (uri !== undefined && sameOrigin(uri, id)) return uri;
  }
  return id;
}
