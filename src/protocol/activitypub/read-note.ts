// A note by others. What they send is read into one shape; its HTML is not safe until it has been sanitised, and mentions
// come from the tags, never from the text.
import { type Attachment, readAttachments } from '#protocol/activitypub/attachments';
import { parseDateTime } from '#protocol/activitypub/dates';
import { foldHashtag, isHashtagName } from '#protocol/activitypub/hashtags';
import { isObject, type JsonObject } from '#protocol/activitypub/json-document';
import { asArray, idOf, typesOf } from '#protocol/activitypub/json-ld';
import { type Addressing, readAddressing, requireOne, textOf, uriOf } from '#protocol/activitypub/reading';
import { requireUri, sameOrigin, type Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';
import { noteHashtagsMax, noteMentionsMax } from '#support/limits';

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
  /** BCP 47. */
  readonly language?: string;
  readonly mentions: readonly Mention[];
  /** Names without the sign, in the spelling that comes first. */
  readonly hashtags: readonly string[];
  readonly attachments: readonly Attachment[];
  readonly sensitive: boolean;
}

export interface Mention {
  readonly actor: Uri;
  /** As its server writes it, such as `@bob@remote.example` or `@bob`: text to show, not to look up. */
  readonly name?: string;
}

const contentCharactersMax = 200_000;
const titleCharactersMax = 2_000;
const nameCharactersMax = 500;

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
  const { content, language } = contentOf(object);
  return {
    id,
    type,
    attributedTo,
    content,
    ...(summary ? { summary } : {}),
    ...(name ? { name } : {}),
    url: pageOf(object, id),
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(published === undefined ? {} : { published }),
    ...(updated === undefined ? {} : { updated }),
    ...(language === undefined ? {} : { language }),
    mentions: mentionsOf(tags),
    hashtags: hashtagsOf(tags),
    attachments: readAttachments(object.attachment),
    sensitive: object.sensitive === true,
    ...readAddressing(object),
  };
}

function postTypeOf(document: JsonObject) {
  return postTypes.find((type) => typesOf(document).includes(type));
}

/** The language is the one under which the map has this very content, or has anything at all (section 4.7 of the core). */
function contentOf(object: JsonObject): { readonly content: string; readonly language?: string } {
  const plain = textOf(object.content, contentCharactersMax);
  const byLanguage = Object.entries(isObject(object.contentMap) ? object.contentMap : {}).flatMap(
    ([tag, value]) => {
      const content = textOf(value, contentCharactersMax);
      return content === undefined ? [] : [{ content, ...(isLanguage(tag) ? { language: tag } : {}) }];
    },
  );
  if (plain === undefined) return byLanguage[0] ?? { content: '' };
  const same = byLanguage.filter(({ content }) => content === plain);
  return (same.length > 0 ? same : byLanguage).length === 1
    ? { ...(same[0] ?? byLanguage[0]), content: plain }
    : { content: plain };
}

/** The shape of a BCP 47 tag. `und` says that it is not known. */
function isLanguage(tag: string): boolean {
  return tag.length <= 35 && /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(tag) && tag !== 'und';
}

function mentionsOf(tags: readonly JsonObject[]): Mention[] {
  const mentions = new Map<Uri, Mention>();
  for (const tag of tags.filter(isTag('Mention'))) {
    const actor = uriOf(tag.href);
    if (actor === undefined || mentions.has(actor) || mentions.size >= noteMentionsMax) continue;
    const name = textOf(tag.name, nameCharactersMax);
    mentions.set(actor, { actor, ...(name ? { name } : {}) });
  }
  return [...mentions.values()];
}

function hashtagsOf(tags: readonly JsonObject[]): string[] {
  const names = new Map<string, string>();
  for (const tag of tags.filter(isTag('Hashtag'))) {
    const name = (textOf(tag.name, nameCharactersMax) ?? '').replace(/^[#＃]/, '');
    if (!isHashtagName(name) || names.has(foldHashtag(name)) || names.size >= noteHashtagsMax) continue;
    names.set(foldHashtag(name), name);
  }
  return [...names.values()];
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
