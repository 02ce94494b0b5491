// Taking a post back: it is answered with a tombstone from now on, and whoever got it is told (ActivityPub section 6.4).
import { removeTags } from '#domain/social/compose-note';
import { requireAccount } from '#domain/social/local-actors';
import { inboxesOfPost, newActivityUri, sendActivity } from '#domain/social/own-activities';
import { noSuchPost, ownPostId } from '#domain/social/own-post-id';
import type { Social } from '#domain/social/social';
import { withdrawNote } from '#domain/social/spreading/withdraw-note';
import { activityUri, actorUri, postUri } from '#protocol/activitypub/actor-uris';
import { readJsonDocument } from '#protocol/activitypub/json-document';
import { buildDelete } from '#protocol/activitypub/note';

/**
 * Deletes a post by its URI or its id; one that is deleted already stays so.
 * @throws ProtocolError notFound for what is no post of this account; gone for the account
 */
export async function deletePost(social: Social, name: string, post: string): Promise<void> {
  const id = ownPostId(social, name, post);
  const actor = actorUri(social.origin, name);
  const note = postUri(actor, id);
  const activity = newActivityUri(social, name);
  await social.database.write(
    async (writer) => {
      await requireAccount(writer, name);
      const known = await writer.post(name, id);
      if (!known) throw noSuchPost(name, id);
      const json = await writer.postJson(name, id);
      if (known.state === 'deleted' || json === undefined) return;
      const inboxes = await inboxesOfPost(writer, actor, id);
      const now = social.clock.now();
      await writer.putPost({ ...known, state: 'deleted', updatedAt: now }, undefined);
      await writer.unlistActivity(activityUri(actor, id));
      await withdrawNote(writer, social, note);
      await removeTags(writer, name, id);
      await sendActivity(writer, {
        account: name,
        activity: buildDelete(activity, readJsonDocument(Buffer.from(json))),
        // It goes where the post went, whoever follows the author by now.
        inboxes,
        toFollowers: known.visibility !== 'direct',
        now,
      });
    },
    { idempotent: true },
  );
}
