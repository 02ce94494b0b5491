// What has come in for an account: the notes that its messages point at, newest first, safe to show.
import type { MessageRecord } from '#databases/social/records/messages';
import type { SocialReader } from '#databases/social/social-reader';
import { requireAccount } from '#domain/social/local-actors';
import { mapPage, type Page, pageRequest } from '#domain/social/pages';
import type { Social } from '#domain/social/social';
import { parseLocalUri } from '#protocol/activitypub/actor-uris';
import { readJsonDocument } from '#protocol/activitypub/json-document';
import { readNote } from '#protocol/activitypub/read-note';
import type * as Html from '#protocol/activitypub/sanitise-html';
import type { Uri } from '#protocol/activitypub/uris';

export interface ReceivedNote {
  readonly note: Uri;
  readonly author: Uri;
  /** Through whom it came in, where that is not the author. */
  readonly boostedBy?: Uri;
  /** What the note says, or when it came in; milliseconds since the Unix epoch. */
  readonly publishedAt: number;
  /** As text. */
  readonly contentWarning?: string;
  /** Safe to show. */
  readonly html: string;
  readonly text: string;
}

/** @throws ProtocolError notFound, gone, invalidParam for the cursor */
export async function listInbox(
  { database, origin }: Social,
  account: string,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<Page<ReceivedNote>> {
  const request = pageRequest(limit, after);
  // The parser of HTML is loaded by whoever reads an inbox first: a server that is only written to has no need of it.
  const html = await import('#protocol/activitypub/sanitise-html');
  return database.read(async (reader) => {
    await requireAccount(reader, account);
    const page = await reader.messages(account, request);
    const notes = await Promise.all(page.items.map((message) => readMessage(reader, origin, message, html)));
    return mapPage(
      page,
      notes.filter((note) => note !== undefined),
    );
  });
}

/** Undefined where the note or its author is gone. */
async function readMessage(
  reader: SocialReader,
  origin: Social['origin'],
  message: MessageRecord,
  { htmlToText, sanitiseHtml }: typeof Html,
): Promise<ReceivedNote | undefined> {
  const json = await noteJson(reader, origin, message);
  if (json === undefined) return undefined;
  const note = readNote(readJsonDocument(Buffer.from(json)));
  const html = sanitiseHtml(note.content);
  return {
    note: note.id,
    author: note.attributedTo,
    ...(message.boostedBy === undefined ? {} : { boostedBy: message.boostedBy }),
    publishedAt: note.published ?? message.receivedAt,
    ...(note.summary === undefined ? {} : { contentWarning: note.summary }),
    html,
    text: htmlToText(html),
  };
}

async function noteJson(
  reader: SocialReader,
  origin: Social['origin'],
  { note, origin: noteOrigin, author }: MessageRecord,
): Promise<string | undefined> {
  if (noteOrigin === origin) {
    const local = parseLocalUri(origin, note);
    return local?.kind === 'post' ? reader.postJson(local.name, local.id) : undefined;
  }
  const actor = await reader.remoteActor(author);
  return actor?.goneAt === undefined ? reader.noteJson(note) : undefined;
}
