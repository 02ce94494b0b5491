// A post of ours as pages show it: made from its Note, with the numbers of those who like and boost it.
import type { SocialReader } from '#databases/social/social-reader';
import type { Attachment } from '#protocol/activitypub/attachments';
import { readAttachments } from '#protocol/activitypub/attachments';
import { parseDateTime } from '#protocol/activitypub/dates';
import type { JsonObject } from '#protocol/activitypub/json-document';
import { normaliseUri, type Uri } from '#protocol/activitypub/uris';

export interface ShownPost {
  readonly uri: Uri;
  /** HTML that is safe to show: we have made it. */
  readonly html: string;
  /** Milliseconds since the Unix epoch. */
  readonly publishedAt: number;
  readonly updatedAt?: number;
  /** As text. */
  readonly contentWarning?: string;
  readonly language?: string;
  readonly inReplyTo?: Uri;
  readonly attachments: readonly Attachment[];
  readonly likes: number;
  readonly boosts: number;
}

/** Undefined for what is no note of ours. */
export async function shownPost(reader: SocialReader, note: JsonObject): Promise<ShownPost | undefined> {
  const uri = normaliseUri(note.id);
  const publishedAt = parseDateTime(note.published);
  const { content, summary, contentMap } = note;
  if (uri === undefined || publishedAt === undefined || typeof content !== 'string') return undefined;
  const [likes, boosts] = await Promise.all([
    reader.reactions.likesTotal(uri),
    reader.reactions.boostsTotal(uri),
  ]);
  const updatedAt = parseDateTime(note.updated);
  const inReplyTo = normaliseUri(note.inReplyTo);
  const [language] = Object.keys(contentMap ?? {});
  return {
    uri,
    html: content,
    publishedAt,
    ...(updatedAt === undefined ? {} : { updatedAt }),
    ...(typeof summary === 'string' ? { contentWarning: summary } : {}),
    ...(language === undefined ? {} : { language }),
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    attachments: readAttachments(note.attachment),
    likes,
    boosts,
  };
}
