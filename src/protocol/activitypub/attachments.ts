// What hangs on a note: pictures, sounds, films, documents (Activity Streams Vocabulary, `attachment`; `name` is the
// description for those who cannot see it). Built from what is known, read from the several ways in which it is written.
import { isObject, type JsonObject, type JsonValue } from '#protocol/activitypub/json-document';
import { asArray, typesOf } from '#protocol/activitypub/json-ld';
import { parseMediaType } from '#protocol/activitypub/media-types';
import { textOf } from '#protocol/activitypub/reading';
import { normaliseUri, type Uri } from '#protocol/activitypub/uris';
import { noteAttachmentsMax } from '#support/limits';

export interface Attachment {
  readonly url: Uri;
  /** `image/png`; unknown for some that others send. */
  readonly mediaType?: string;
  /** The description, as text. */
  readonly name?: string;
  /** Pixels. */
  readonly width?: number;
  readonly height?: number;
  /** A tiny blurred picture to show meanwhile (`toot:blurhash`). */
  readonly blurhash?: string;
}

const nameCharactersMax = 10_000;
const pixelsMax = 1_000_000;

/** The type follows from the media type, since readers differ in which of the two they look at. */
export function buildAttachment(attachment: Attachment): JsonObject {
  const { url, mediaType, name, width, height, blurhash } = attachment;
  return {
    type: typeFor(mediaType),
    url,
    ...(mediaType === undefined ? {} : { mediaType }),
    ...(name === undefined ? {} : { name }),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(blurhash === undefined ? {} : { blurhash }),
  };
}

function typeFor(mediaType: string | undefined): 'Image' | 'Audio' | 'Video' | 'Document' {
  switch (mediaType?.split('/')[0]) {
    case 'image':
      return 'Image';
    case 'audio':
      return 'Audio';
    case 'video':
      return 'Video';
    default:
      return 'Document';
  }
}

/** The first attachments that lead anywhere, each URL once. They may lie on any host, and nothing has fetched them. */
export function readAttachments(value: JsonValue | undefined): Attachment[] {
  const read = asArray(value).flatMap((entry) => readAttachment(entry) ?? []);
  const byUrl = new Map(read.reverse().map((attachment) => [attachment.url, attachment]));
  return [...byUrl.values()].reverse().slice(0, noteAttachmentsMax);
}

/** A URI alone, a Link (`href`), or an object whose `url` is a URI or leads to one by Links, the first of which counts. */
function readAttachment(entry: JsonValue): Attachment | undefined {
  if (!isObject(entry)) {
    const url = normaliseUri(entry);
    return url === undefined ? undefined : { url };
  }
  // Fields of profiles are attachments too.
  if (typesOf(entry).includes('PropertyValue')) return undefined;
  const [link] = asArray(entry.url ?? entry.href);
  const url = normaliseUri(isObject(link) ? link.href : link);
  if (url === undefined) return undefined;
  const mediaType = mediaTypeOf(entry) ?? (isObject(link) ? mediaTypeOf(link) : undefined);
  const name = textOf(entry.name ?? entry.summary, nameCharactersMax);
  const width = pixelsOf(entry.width);
  const height = pixelsOf(entry.height);
  const blurhash = textOf(entry.blurhash, 128);
  return {
    url,
    ...(mediaType === undefined ? {} : { mediaType }),
    ...(name ? { name } : {}),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(blurhash && /^[0-9A-Za-z#$%*+,\-.:;=?@[\]^_{|}~]+$/.test(blurhash) ? { blurhash } : {}),
  };
}

function mediaTypeOf({ mediaType }: JsonObject): string | undefined {
  const text = textOf(mediaType, 256);
  return text === undefined ? undefined : parseMediaType(text)?.essence;
}

function pixelsOf(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= pixelsMax
    ? value
    : undefined;
}
