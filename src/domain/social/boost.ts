// Boosting a post and taking the boost back (ActivityPub sections 6.10 and 7.11): followers are shown it, and its author is
// told. Only what anybody may read can be shown to others.
import { requireNoBlock } from '#domain/social/blocked-pairs';
import { findNote, keepNote } from '#domain/social/find-note';
import { requireAccount } from '#domain/social/local-actors';
import { newActivityUri, sendActivity } from '#domain/social/own-activities';
import { type Reacted, takeBack } from '#domain/social/reactions';
import { isOpen } from '#domain/social/receiving/own-posts';
import { spreadBoost } from '#domain/social/receiving/spread-boost';
import { withdrawBoost } from '#domain/social/receiving/withdraw-boost';
import type { Social } from '#domain/social/social';
import { actorUri } from '#protocol/activitypub/actor-uris';
import { buildAnnounce } from '#protocol/activitypub/reactions';
import type { Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';

export interface BoostOptions {
  /** Who is shown it; everybody unless told. */
  readonly visibility?: 'public' | 'unlisted' | 'followers' | undefined;
}

/**
 * Boosts a post by its URI, wherever it lies, one's own included. What is boosted already stays so, and nobody is told
 * again.
 * @throws ProtocolError notFound, gone, invalidParam; forbidden where the post is not public, or one blocks the other;
 *   RemoteError
 */
export async function boost(
  social: Social,
  name: string,
  post: string,
  { visibility = 'public' }: BoostOptions = {},
): Promise<Reacted> {
  const account = await social.database.read((reader) => requireAccount(reader, name));
  const found = await findNote(social, account, post);
  const { uri: object, author, owner, remote } = found;
  if (!isOpen(found)) throw new ProtocolError('forbidden', 'Only public and unlisted posts can be boosted.');
  const actor = actorUri(social.origin, name);
  const activity = newActivityUri(social, name);
  const now = social.clock.now();
  return social.database.write(
    async (writer) => {
      await requireAccount(writer, name);
      await requireNoBlock(writer, social, name, author);
      await keepNote(writer, social, found);
      const names = { account: name, ...(owner === undefined ? {} : { owner }) };
      const record = { object, actor, activity, ...names, createdAt: now };
      const isNew = await writer.reactions.addBoost(record);
      const known = isNew ? undefined : await writer.reactions.boost(object, actor);
      if (known) return { object, activity: known.activity };
      await spreadBoost(writer, social, record, author, now);
      await sendActivity(writer, {
        account: name,
        activity: buildAnnounce({ id: activity, actor, object, author, visibility, published: now }),
        listed: visibility !== 'followers',
        inboxes: remote ? [remote.sharedInbox ?? remote.inbox] : [],
        toFollowers: true,
        now,
      });
      return { object, activity };
    },
    { idempotent: true },
  );
}

/** @throws ProtocolError notFound where the post is not boosted; gone, invalidParam */
export async function unboost(social: Social, name: string, post: string): Promise<Uri> {
  return takeBack(social, name, post, {
    what: 'boost',
    find: (reader, object, actor) => reader.reactions.boost(object, actor),
    remove: async (writer, record) => {
      await withdrawBoost(writer, social, record);
      await writer.unlistActivity(record.activity);
    },
    toFollowers: true,
  });
}
