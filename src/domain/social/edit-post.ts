// Editing a post: its Note is replaced whole, and an Update goes where the post went and to those whom it names anew
// (ActivityPub section 6.3). Who may read it and what it answers stay as they are: what is not for all goes to those alone
// who are followers, or named, by now.
import { isDeepStrictEqual } from 'node:util';
import type { PostRecord } from '#databases/social/records/posts';
import type { SocialReader } from '#databases/social/social-reader';
import { composeNote, type NoteParts, storeTags } from '#domain/social/compose-note';
import { findMentioned, type Mentioned, mentionedBefore } from '#domain/social/find-mentioned';
import { requireAccount } from '#domain/social/local-actors';
import { inboxesOfPost, newActivityUri, sendActivity } from '#domain/social/own-activities';
import { noSuchPost, ownPostId } from '#domain/social/own-post-id';
import { type CheckedContent, checkContent, type PostContent } from '#domain/social/post-draft';
import { recipientsAmong } from '#domain/social/publish-post';
import { isOpen } from '#domain/social/receiving/own-posts';
import { storeRemoteActor } from '#domain/social/remote-actor-records';
import type { Social } from '#domain/social/social';
import { spreadNote } from '#domain/social/spreading/spread-note';
import { actorUri, parseLocalUri, postUri, tagUri } from '#protocol/activitypub/actor-uris';
import { type JsonObject, readJsonDocument } from '#protocol/activitypub/json-document';
import { buildUpdate } from '#protocol/activitypub/note';
import { escapeHtml } from '#protocol/activitypub/plain-text-to-html';
import { type ForeignNote, readNote } from '#protocol/activitypub/read-note';
import type { Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';
import { firstOfEach } from '#support/first-of-each';

/** What is undefined stays as it is; null takes it away. People and hashtags in the old text go with it. */
export interface PostEdit extends Omit<PostContent, 'contentWarning' | 'language'> {
  readonly contentWarning?: string | null | undefined;
  readonly language?: string | null | undefined;
}

/**
 * Edits a post by its URI or its id; answers with its URI. Where nothing of it changes, nobody is told.
 * @throws ProtocolError notFound for what is no post of this account, or is deleted; gone; invalidParam; RemoteError for
 *   who is named beside the text
 */
export async function editPost(social: Social, name: string, post: string, edit: PostEdit): Promise<Uri> {
  const id = ownPostId(social, name, post);
  const { account, record, json } = await social.database.read(async (reader) => ({
    account: await requireAccount(reader, name),
    ...(await requirePost(reader, name, id)),
  }));
  const before = readNote(readJsonDocument(Buffer.from(json)));
  const content = merge(social, before, edit);
  const found = await findMentioned(social, account, content);
  const kept = await keptMentions(social, record, before, edit);
  const mentioned = { inText: found.inText, all: firstOfEach([...found.all, ...kept], ({ actor }) => actor) };
  const now = social.clock.now();
  const { visibility, publishedAt: published, inReplyTo } = record;
  const reply = inReplyTo === undefined ? {} : { inReplyTo };
  const parts = { account: name, id, content, mentioned, visibility, ...reply, published, updated: now };
  const uri = postUri(actorUri(social.origin, name), id);
  const note = composeNote(social, parts);
  if (!isSame(readJsonDocument(Buffer.from(json)), note)) await store(social, parts, note, json);
  return uri;
}

async function store(
  social: Social,
  parts: NoteParts & { readonly updated: number },
  note: JsonObject,
  former: string,
): Promise<void> {
  const { account, id, mentioned, visibility, updated: now } = parts;
  const actor = actorUri(social.origin, account);
  const update = newActivityUri(social, account);
  await social.database.write(
    async (writer) => {
      // True when the first run of this transaction was committed after all.
      if (await writer.activity(update)) return;
      await requireAccount(writer, account);
      const { record, json } = await requirePost(writer, account, id);
      if (json !== former) throw new ProtocolError('conflict', 'The post is being edited by somebody else.');
      const inboxes = isOpen(record) ? await inboxesOfPost(writer, actor, id) : [];
      const recipients = await recipientsAmong(writer, social, account, mentioned.all);
      await spreadNote(writer, social, {
        note: postUri(actor, id),
        origin: social.origin,
        author: actor,
        named: recipients.named,
        toFollowers: false,
        now,
      });
      await writer.putPost({ ...record, updatedAt: now }, JSON.stringify(note));
      await storeTags(writer, social, parts);
      for (const { fetched } of mentioned.all) if (fetched) await storeRemoteActor(writer, fetched);
      await sendActivity(writer, {
        account,
        activity: buildUpdate(update, note),
        inboxes: new Set([...inboxes, ...recipients.inboxes]),
        toFollowers: visibility !== 'direct',
        now,
      });
    },
    { idempotent: true },
  );
}

async function requirePost(
  reader: SocialReader,
  name: string,
  id: string,
): Promise<{ readonly record: PostRecord; readonly json: string }> {
  const [record, json] = await Promise.all([reader.post(name, id), reader.postJson(name, id)]);
  if (record?.state !== 'published' || json === undefined) throw noSuchPost(name, id);
  return { record, json };
}

function merge(social: Social, before: ForeignNote, edit: PostEdit): CheckedContent {
  const { text, mentions, tags, sensitive, attachments } = edit;
  const contentWarning = edit.contentWarning === undefined ? before.summary : edit.contentWarning;
  const language = edit.language === undefined ? before.language : edit.language;
  const checked = checkContent({
    text,
    mentions,
    tags: tags ?? before.hashtags.filter((tag) => !hasLink(before, tagUri(social.origin, tag))),
    contentWarning: contentWarning ?? undefined,
    language: language ?? undefined,
    // What is kept has been checked, and knows more of itself than a draft does.
    attachments: attachments ?? before.attachments,
    sensitive:
      sensitive ?? (before.sensitive !== (before.summary !== undefined) ? before.sensitive : undefined),
  });
  return attachments ? checked : { ...checked, attachments: before.attachments };
}

/**
 * People whom the edited post still names. Who has got a post that is not for all goes on getting it: an Update that no
 * longer named her would reach her inbox all the same.
 */
async function keptMentions(
  social: Social,
  record: PostRecord,
  before: ForeignNote,
  { mentions }: PostEdit,
): Promise<Mentioned[]> {
  const former = await Promise.all(before.mentions.map((mention) => mentionedBefore(social, mention)));
  if (!isOpen(record)) return former;
  const answered = await authorOf(social, record.inReplyTo);
  return former.filter(
    ({ actor, url }) => actor === answered || (mentions === undefined && !hasLink(before, url)),
  );
}

async function authorOf({ origin, database }: Social, post: Uri | undefined): Promise<Uri | undefined> {
  if (post === undefined) return undefined;
  const local = parseLocalUri(origin, post);
  if (local?.kind === 'post') return actorUri(origin, local.name);
  return (await database.read((reader) => reader.note(post)))?.author;
}

/** Whether it stands in the text. Names and hashtags become links there, and the Note has no other trace of the text. */
function hasLink({ content }: ForeignNote, url: string): boolean {
  return content.includes(`<a href="${escapeHtml(url)}" class=`);
}

function isSame(before: JsonObject, after: JsonObject): boolean {
  const { updated: _before, ...formerly } = before;
  const { updated: _after, ...now } = after;
  return isDeepStrictEqual(formerly, JSON.parse(JSON.stringify(now)));
}
