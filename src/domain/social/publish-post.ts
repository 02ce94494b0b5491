// Posting: the Note, the Create that carries it, its deliveries and the messages to our own people who follow the author
// are stored in one transaction. Text comes in plain and goes out as safe HTML.
import type { AccountRecord } from '#databases/social/records/accounts';
import type { SocialWriter } from '#databases/social/social-writer';
import { findActor, parseTarget } from '#domain/social/find-actor';
import { localNameOf, requireAccount } from '#domain/social/local-actors';
import { newId } from '#domain/social/new-ids';
import { followersHere } from '#domain/social/receiving/receive-create';
import { type RemoteActorRecords, storeRemoteActor } from '#domain/social/remote-actor-records';
import type { Social } from '#domain/social/social';
import { activityUri, actorUri, postUri, profileUri } from '#protocol/activitypub/actor-uris';
import type { Visibility } from '#protocol/activitypub/addressing';
import type { JsonObject } from '#protocol/activitypub/json-document';
import { buildCreate, buildNote } from '#protocol/activitypub/note';
import { mentionsIn, plainTextToHtml } from '#protocol/activitypub/plain-text-to-html';
import type { Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';
import { mentionsMax, postCharactersMax } from '#support/limits';

/** Somebody whom a post names, at whose inbox it is delivered. */
interface Mentioned {
  /** As it stands in the text, in lower case: `@bob@remote.example`. */
  readonly name: string;
  readonly actor: Uri;
  /** The page for people. */
  readonly url: Uri;
  /** Absent for our own people. */
  readonly remote?: RemoteActorRecords;
}

/**
 * Publishes a post; answers with its URI. Names such as `@bob@remote.example` that can be found are mentions, others
 * stay text.
 * @throws ProtocolError notFound, gone; invalidParam for a text that is empty or too long
 */
export async function publishPost(
  social: Social,
  name: string,
  text: string,
  visibility: Visibility,
): Promise<Uri> {
  const account = await social.database.read((reader) => requireAccount(reader, name));
  checkText(text);
  const mentioned = await findMentioned(social, account, text);
  const now = social.clock.now();
  const id = newId(social);
  const actor = actorUri(social.origin, name);
  const note = buildNote({
    id: postUri(actor, id),
    actor,
    contentHtml: plainTextToHtml(text, {
      mentions: new Map(mentioned.map((mention) => [mention.name, { url: mention.url }])),
    }),
    published: now,
    visibility,
    mentions: byActor(mentioned),
  });
  const create = buildCreate(activityUri(actor, id), note);
  await social.database.write(
    (writer) => store(social, writer, { account: name, id, note, create, visibility, mentioned, now }),
    { idempotent: true },
  );
  return postUri(actor, id);
}

interface Publication {
  readonly account: string;
  readonly id: string;
  readonly note: JsonObject;
  readonly create: JsonObject;
  readonly visibility: Visibility;
  readonly mentioned: readonly Mentioned[];
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

async function store(
  social: Social,
  writer: SocialWriter,
  { account, id, note, create, visibility, mentioned, now }: Publication,
): Promise<void> {
  const actor = actorUri(social.origin, account);
  const activity = activityUri(actor, id);
  // True when the first run of this transaction was committed after all.
  if (await writer.activity(activity)) return;
  const noteUri = postUri(actor, id);
  await writer.putPost(
    { account, id, state: 'published', visibility, publishedAt: now },
    JSON.stringify(note),
  );
  await writer.addActivity(
    {
      uri: activity,
      type: 'Create',
      actor,
      object: noteUri,
      account,
      listed: visibility === 'public' || visibility === 'unlisted',
      storedAt: now,
    },
    JSON.stringify(create),
  );
  const inboxes = new Set<Uri>();
  const readers = new Set<string>(visibility === 'direct' ? [] : await followersHere(writer, actor));
  for (const { actor: named, remote } of byActor(mentioned)) {
    const local = localNameOf(social, named);
    if (local !== undefined) readers.add(local);
    if (!remote) continue;
    await storeRemoteActor(writer, remote);
    inboxes.add(remote.actor.sharedInbox ?? remote.actor.inbox);
  }
  for (const reader of readers) {
    await writer.addMessage({
      account: reader,
      origin: social.origin,
      note: noteUri,
      author: actor,
      receivedAt: now,
    });
  }
  await writer.deliveries.queue({ activity, account, inboxes, toFollowers: visibility !== 'direct', now });
}

/** Each once, whatever names lead there. */
function byActor(mentioned: readonly Mentioned[]): Mentioned[] {
  return [...new Map(mentioned.map((mention) => [mention.actor, mention])).values()];
}

function checkText(text: string): void {
  if (text.trim() === '') throw new ProtocolError('invalidParam', 'The text of a post must not be empty.');
  if (text.length > postCharactersMax) {
    throw new ProtocolError('invalidParam', `A post has at most ${postCharactersMax} characters.`);
  }
}

async function findMentioned(social: Social, account: AccountRecord, text: string): Promise<Mentioned[]> {
  const names = mentionsIn(text);
  if (names.length > mentionsMax) {
    throw new ProtocolError('invalidParam', `A post mentions at most ${mentionsMax} people.`);
  }
  const found = await Promise.all(names.map((name) => findOne(social, account, name)));
  return found.filter((mention) => mention !== undefined);
}

/** Undefined where there is nobody of that name, or nobody who answers. */
async function findOne(social: Social, account: AccountRecord, name: string): Promise<Mentioned | undefined> {
  try {
    const found = await findActor(social, account, parseTarget(social, name));
    if (found.kind === 'remote') return { name, actor: found.actor.uri, url: found.actor.url, remote: found };
    await social.database.read((reader) => requireAccount(reader, found.name));
    return {
      name,
      actor: actorUri(social.origin, found.name),
      url: profileUri(social.origin, found.name),
    };
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}
