// Liking a post and no longer liking it (ActivityPub sections 6.8 and 6.10): the author is told, nobody else.
import { requireNoBlock } from '#domain/social/blocked-pairs';
import { findNote, keepNote } from '#domain/social/find-note';
import { requireAccount } from '#domain/social/local-actors';
import { newActivityUri, sendActivity } from '#domain/social/own-activities';
import { type Reacted, takeBack } from '#domain/social/reactions';
import type { Social } from '#domain/social/social';
import { actorUri } from '#protocol/activitypub/actor-uris';
import { buildLike } from '#protocol/activitypub/reactions';
import type { Uri } from '#protocol/activitypub/uris';

/**
 * Likes a post by its URI, wherever it lies. What is liked already stays liked, and nobody is told again.
 * @throws ProtocolError notFound, gone, invalidParam; forbidden where one blocks the other; RemoteError
 */
export async function like(social: Social, name: string, post: string): Promise<Reacted> {
  const account = await social.database.read((reader) => requireAccount(reader, name));
  const found = await findNote(social, account, post);
  const { uri: object, author, owner, remote } = found;
  const actor = actorUri(social.origin, name);
  const activity = newActivityUri(social, name);
  const now = social.clock.now();
  return social.database.write(
    async (writer) => {
      await requireAccount(writer, name);
      await requireNoBlock(writer, social, name, author);
      await keepNote(writer, social, found);
      const record = { object, actor, activity, account: name, ...(owner === undefined ? {} : { owner }) };
      const isNew = await writer.reactions.addLike({ ...record, createdAt: now });
      const known = isNew ? undefined : await writer.reactions.like(object, actor);
      if (known) return { object, activity: known.activity };
      await sendActivity(writer, {
        account: name,
        activity: buildLike({ id: activity, actor, object, author }),
        inboxes: remote ? [remote.inbox] : [],
        now,
      });
      return { object, activity };
    },
    { idempotent: true },
  );
}

/** @throws ProtocolError notFound where the post is not liked; gone, invalidParam */
export async function unlike(social: Social, name: string, post: string): Promise<Uri> {
  return takeBack(social, name, post, {
    what: 'like',
    find: (reader, object, actor) => reader.reactions.like(object, actor),
    remove: async (writer, { object, actor }) => {
      await writer.reactions.removeLike(object, actor);
    },
    toFollowers: false,
  });
}
