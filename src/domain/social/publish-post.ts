// Posting: the Note, the Create that carries it, its deliveries and the messages to our own people who follow the author
// are stored in one transaction. Text comes in plain and goes out as safe HTML.
import type { SocialWriter } from '#databases/social/social-writer';
import { blockBetween } from '#domain/social/blocked-pairs';
import { composeNote, type NoteParts, storeTags } from '#domain/social/compose-note';
import { findMentioned, type Mentioned } from '#domain/social/find-mentioned';
import { type FoundNote, findNote, keepNote } from '#domain/social/find-note';
import { localNameOf, requireAccount } from '#domain/social/local-actors';
import { newId } from '#domain/social/new-ids';
import { sendActivity } from '#domain/social/own-activities';
import { checkContent, type PostDraft } from '#domain/social/post-draft';
import { isOpen } from '#domain/social/receiving/own-posts';
import { storeRemoteActor } from '#domain/social/remote-actor-records';
import type { Social } from '#domain/social/social';
import { spreadNote } from '#domain/social/spreading/spread-note';
import { activityUri, actorUri, postUri } from '#protocol/activitypub/actor-uris';
import type { JsonObject } from '#protocol/activitypub/json-document';
import { buildCreate } from '#protocol/activitypub/note';
import type { Uri } from '#protocol/activitypub/uris';

/**
 * Publishes a post; answers with its URI. Names such as `@bob@remote.example` that can be found are mentions, others
 * stay text. The author of what it answers is told, too.
 * @throws ProtocolError notFound, gone; invalidParam for what is not as it should be; RemoteError where what it answers,
 *   or who is named beside the text, cannot be had
 */
export async function publishPost(social: Social, name: string, draft: PostDraft): Promise<Uri> {
  const account = await social.database.read((reader) => requireAccount(reader, name));
  const content = checkContent(draft);
  const repliedTo =
    draft.inReplyTo === undefined ? undefined : await findNote(social, account, draft.inReplyTo);
  const mentioned = await findMentioned(social, account, content, repliedTo);
  const parts: NoteParts = {
    account: name,
    id: newId(social),
    content,
    mentioned,
    visibility: draft.visibility,
    ...(repliedTo ? { inReplyTo: repliedTo.uri } : {}),
    published: social.clock.now(),
  };
  const note = composeNote(social, parts);
  await social.database.write((writer) => store(social, writer, parts, note, repliedTo), {
    idempotent: true,
  });
  return postUri(actorUri(social.origin, name), parts.id);
}

async function store(
  social: Social,
  writer: SocialWriter,
  parts: NoteParts,
  note: JsonObject,
  repliedTo: FoundNote | undefined,
): Promise<void> {
  const { account, id, visibility, inReplyTo, mentioned, published: now } = parts;
  const actor = actorUri(social.origin, account);
  const uri = postUri(actor, id);
  const activity = buildCreate(activityUri(actor, id), note);
  // True when the first run of this transaction was committed after all.
  if (await writer.activity(activityUri(actor, id))) return;
  await requireAccount(writer, account);
  if (repliedTo) await keepNote(writer, social, repliedTo);
  const toFollowers = visibility !== 'direct';
  const { named, inboxes } = await recipientsAmong(writer, social, account, mentioned.all);
  await spreadNote(writer, social, {
    note: uri,
    origin: social.origin,
    author: actor,
    named,
    toFollowers,
    now,
  });
  const reply = inReplyTo === undefined ? {} : { inReplyTo };
  await writer.putPost(
    { account, id, state: 'published', visibility, ...reply, publishedAt: now },
    JSON.stringify(note),
  );
  await storeTags(writer, social, parts);
  for (const { fetched } of mentioned.all) if (fetched) await storeRemoteActor(writer, fetched);
  const listed = isOpen({ visibility });
  await sendActivity(writer, { account, activity, listed, inboxes, toFollowers, now });
}

/** Where those who are named read it: accounts here, inboxes elsewhere. It does not go to who blocks the author, or is blocked. */
export async function recipientsAmong(
  writer: SocialWriter,
  social: Social,
  account: string,
  mentioned: readonly Mentioned[],
): Promise<{ readonly named: ReadonlySet<string>; readonly inboxes: ReadonlySet<Uri> }> {
  const named = new Set<string>();
  const inboxes = new Set<Uri>();
  for (const { actor, remote } of mentioned) {
    if (await blockBetween(writer, social, account, actor)) continue;
    const local = localNameOf(social, actor);
    if (local !== undefined) named.add(local);
    if (remote) inboxes.add(remote.sharedInbox ?? remote.inbox);
  }
  return { named, inboxes };
}
