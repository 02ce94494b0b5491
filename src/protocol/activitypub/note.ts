// Our posts as Activity Streams: the Note, the Create that carries it, and the Updates, the Delete and the Tombstone that
// follow it (ActivityPub sections 6.2 to 6.4 and 7.3; Activity Streams Vocabulary). `attributedTo` is always the actor's id itself.
import { collectionUri } from '#protocol/activitypub/actor-uris';
import { addressingFor, type Visibility } from '#protocol/activitypub/addressing';
import { type Attachment, buildAttachment } from '#protocol/activitypub/attachments';
import { toDateTime } from '#protocol/activitypub/dates';
import type { JsonObject } from '#protocol/activitypub/json-document';
import { activityStreamsContext } from '#protocol/activitypub/json-ld';
import type { Uri } from '#protocol/activitypub/uris';

export interface OwnNote {
  readonly id: Uri;
  readonly actor: Uri;
  /** HTML that is safe to show. */
  readonly contentHtml: string;
  /** Milliseconds since the Unix epoch. */
  readonly published: number;
  readonly updated?: number;
  readonly visibility: Visibility;
  /** The page for people; the id where there is none. */
  readonly url?: Uri;
  readonly inReplyTo?: Uri;
  /** A content warning, as text. */
  readonly summary?: string;
  /** Whether what hangs on it is covered at first; where this is not said, what has a content warning is. */
  readonly sensitive?: boolean;
  /** BCP 47. */
  readonly language?: string;
  /** `name` as in `@bob@remote.example`. */
  readonly mentions?: readonly { readonly actor: Uri; readonly name: string }[];
  /** `name` without the sign; `href` is the page of the tag. */
  readonly hashtags?: readonly { readonly href: Uri; readonly name: string }[];
  readonly attachments?: readonly Attachment[];
}

export const noteContext = [
  activityStreamsContext,
  {
    sensitive: 'as:sensitive',
    Hashtag: 'as:Hashtag',
    toot: 'http://joinmastodon.org/ns#',
    blurhash: 'toot:blurhash',
  },
] as const;

/** The Note, without a context: embedded as it is, or as a document with `asDocument`. */
export function buildNote(note: OwnNote): JsonObject {
  const mentions = note.mentions ?? [];
  const mentioned = mentions.map(({ actor }) => actor);
  return {
    id: note.id,
    type: 'Note',
    attributedTo: note.actor,
    content: note.contentHtml,
    ...(note.language === undefined ? {} : { contentMap: { [note.language]: note.contentHtml } }),
    published: toDateTime(note.published),
    ...(note.updated === undefined ? {} : { updated: toDateTime(note.updated) }),
    url: note.url ?? note.id,
    ...(note.inReplyTo === undefined ? {} : { inReplyTo: note.inReplyTo }),
    ...(note.summary === undefined ? {} : { summary: note.summary }),
    sensitive: note.sensitive ?? note.summary !== undefined,
    ...addressingFor(note.visibility, collectionUri(note.actor, 'followers'), mentioned),
    tag: [
      ...mentions.map(({ actor, name }) => ({ type: 'Mention', href: actor, name })),
      ...(note.hashtags ?? []).map(({ href, name }) => ({ type: 'Hashtag', href, name: `#${name}` })),
    ],
    ...(note.attachments?.length ? { attachment: note.attachments.map(buildAttachment) } : {}),
  };
}

/** The Create of a note, addressed as the note is. */
export function buildCreate(id: Uri, note: JsonObject): JsonObject {
  return {
    '@context': noteContext,
    id,
    type: 'Create',
    actor: note.attributedTo,
    published: note.published,
    to: note.to,
    cc: note.cc,
    object: note,
  };
}

/**
 * The Update that carries a note's new state, which says when it was `updated`; addressed as that state is. The old state
 * is replaced whole (ActivityPub section 7.3).
 */
export function buildUpdate(id: Uri, note: JsonObject): JsonObject {
  return {
    '@context': noteContext,
    id,
    type: 'Update',
    actor: note.attributedTo,
    published: note.updated ?? note.published,
    to: note.to,
    cc: note.cc,
    object: note,
  };
}

/** The Delete of a note, addressed as the note was, so that it reaches whom the note reached. */
export function buildDelete(id: Uri, note: JsonObject): JsonObject {
  return {
    '@context': activityStreamsContext,
    id,
    type: 'Delete',
    actor: note.attributedTo,
    to: note.to,
    cc: note.cc,
    object: { id: note.id, type: 'Tombstone' },
  };
}

/** What stands where a note stood; answered with 410 (ActivityPub section 6.4). */
export function buildTombstone(id: Uri, deleted: number): JsonObject {
  return {
    '@context': activityStreamsContext,
    id,
    type: 'Tombstone',
    formerType: 'Note',
    deleted: toDateTime(deleted),
  };
}

/** An object as a document of its own. */
export function asDocument(object: JsonObject): JsonObject {
  return { '@context': noteContext, ...object };
}
