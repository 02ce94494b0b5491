// Our posts as Activity Streams: the Note, the Create that carries it, and the Delete and Tombstone that follow it
// (ActivityPub sections 6.2 and 6.4; Activity Streams Vocabulary). `attributedTo` is always the actor's id itself.
import { collectionUri } from '#protocol/activitypub/actor-uris';
import { addressingFor, type Visibility } from '#protocol/activitypub/addressing';
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
  /** BCP 47. */
  readonly language?: string;
  readonly mentions?: readonly { readonly actor: Uri; readonly name: string }[];
}

export const noteContext = [activityStreamsContext, { sensitive: 'as:sensitive' }] as const;

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
    sensitive: note.summary !== undefined,
    ...addressingFor(note.visibility, collectionUri(note.actor, 'followers'), mentioned),
    tag: mentions.map(({ actor, name }) => ({ type: 'Mention', href: actor, name })),
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
