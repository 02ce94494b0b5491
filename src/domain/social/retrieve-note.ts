// A post by its URI, as it reads: one of ours, one that has come in, or one elsewhere, which is fetched and not kept.
import { findNote } from '#domain/social/find-note';
import { requireAccount } from '#domain/social/local-actors';
import type { Social } from '#domain/social/social';
import type { Visibility } from '#protocol/activitypub/addressing';
import type { Attachment } from '#protocol/activitypub/attachments';
import type { JsonObject } from '#protocol/activitypub/json-document';
import { readNote } from '#protocol/activitypub/read-note';
import type { Uri } from '#protocol/activitypub/uris';

export interface RetrievedNote {
  readonly uri: Uri;
  readonly from: 'ours' | 'stored' | 'fetched';
  readonly type: string;
  readonly author: Uri;
  readonly visibility: Visibility;
  readonly url: Uri;
  readonly inReplyTo?: Uri;
  /** Milliseconds since the Unix epoch. */
  readonly publishedAt?: number;
  readonly updatedAt?: number;
  readonly title?: string;
  readonly contentWarning?: string;
  readonly language?: string;
  /** HTML that is safe to show. */
  readonly html: string;
  readonly text: string;
  readonly mentions: readonly Uri[];
  readonly hashtags: readonly string[];
  readonly attachments: readonly Attachment[];
  /** As its server sent it: nothing in it is safe. */
  readonly document: JsonObject;
}

/**
 * @param as the account that asks; without it only what anybody may read is found
 * @throws ProtocolError notFound, gone, invalidParam; RemoteError
 */
export async function retrieveNote(
  social: Social,
  uri: string,
  as?: string | undefined,
): Promise<RetrievedNote> {
  const account =
    as === undefined ? undefined : await social.database.read((reader) => requireAccount(reader, as));
  const found = await findNote(social, account, uri);
  const { htmlToText, sanitiseHtml } = await import('#protocol/activitypub/sanitise-html');
  const note = readNote(found.document);
  const html = sanitiseHtml(note.content);
  const { type, url, inReplyTo, published, updated, name, summary, language } = note;
  return {
    uri: found.uri,
    from: found.from,
    type,
    author: found.author,
    visibility: found.visibility,
    url,
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(published === undefined ? {} : { publishedAt: published }),
    ...(updated === undefined ? {} : { updatedAt: updated }),
    ...(name === undefined ? {} : { title: name }),
    ...(summary === undefined ? {} : { contentWarning: summary }),
    ...(language === undefined ? {} : { language }),
    html,
    text: htmlToText(html),
    mentions: note.mentions.map(({ actor }) => actor),
    hashtags: note.hashtags,
    attachments: note.attachments,
    document: found.document,
  };
}
