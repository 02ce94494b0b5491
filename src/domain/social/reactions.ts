// What likes and boosts of our people have in common: how one is taken back, by an Undo that embeds it and goes to whom it
// went (ActivityPub section 6.10).
import type { SocialReader } from '#databases/social/social-reader';
import type { SocialWriter } from '#databases/social/social-writer';
import { findNote, parsePostUri } from '#domain/social/find-note';
import { requireAccount } from '#domain/social/local-actors';
import { inboxesOf, newActivityUri, sendActivity } from '#domain/social/own-activities';
import type { Social } from '#domain/social/social';
import { actorUri } from '#protocol/activitypub/actor-uris';
import { readJsonDocument } from '#protocol/activitypub/json-document';
import { buildUndo } from '#protocol/activitypub/undo';
import type { Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';

export interface Reacted {
  /** The post. */
  readonly object: Uri;
  /** The activity that said so first. */
  readonly activity: Uri;
}

interface ReactionRecord extends Reacted {
  readonly actor: Uri;
}

interface Reaction<R extends ReactionRecord> {
  readonly what: 'like' | 'boost';
  find(reader: SocialReader, object: Uri, actor: Uri): Promise<R | undefined>;
  remove(writer: SocialWriter, record: R): Promise<void>;
  readonly toFollowers: boolean;
}

/** Answers with the post. @throws ProtocolError notFound where there is nothing to take back; gone, invalidParam */
export async function takeBack<R extends ReactionRecord>(
  social: Social,
  name: string,
  post: string,
  { what, find, remove, toFollowers }: Reaction<R>,
): Promise<Uri> {
  const account = await social.database.read((reader) => requireAccount(reader, name));
  const actor = actorUri(social.origin, name);
  const asked = parsePostUri(social, post);
  const none = new ProtocolError('notFound', `${name} has no ${what} of ${asked} to take back.`);
  const isKnown = await social.database.read(
    async (reader) => (await find(reader, asked, actor)) !== undefined,
  );
  // A page may lead to a post that has another id.
  const object = isKnown
    ? asked
    : await findNote(social, account, asked).then(({ uri }) => uri, refuseWith(none));
  const id = newActivityUri(social, name);
  const now = social.clock.now();
  await social.database.write(async (writer) => {
    await requireAccount(writer, name);
    const record = await find(writer, object, actor);
    if (!record) throw none;
    const json = await writer.activityJson(record.activity);
    const inboxes = await inboxesOf(writer, record.activity);
    await remove(writer, record);
    if (json === undefined) return;
    const activity = buildUndo(id, readJsonDocument(Buffer.from(json)));
    await sendActivity(writer, { account: name, activity, inboxes, toFollowers, now });
  });
  return object;
}

function refuseWith(refusal: ProtocolError) {
  return (error: unknown): never => {
    throw error instanceof ProtocolError ? refusal : error;
  };
}
