// Taking a post back: it is answered with a tombstone from now on, and whoever got it is told (ActivityPub section 6.4).
import { requireAccount } from '#domain/social/local-actors';
import { newId } from '#domain/social/new-ids';
import type { Social } from '#domain/social/social';
import { activityUri, actorUri, postUri } from '#protocol/activitypub/actor-uris';
import { readJsonDocument } from '#protocol/activitypub/json-document';
import { buildDelete } from '#protocol/activitypub/note';
import type { Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';

const pageMax = 500;

/** @throws ProtocolError notFound for what is no post of this account; deleted ones stay deleted */
export async function deletePost(social: Social, name: string, id: string): Promise<void> {
  const actor = actorUri(social.origin, name);
  const note = postUri(actor, id);
  const activity = activityUri(actor, newId(social));
  await social.database.write(
    async (writer) => {
      await requireAccount(writer, name);
      const post = await writer.post(name, id);
      if (!post) throw new ProtocolError('notFound', 'There is no such post.');
      const json = await writer.postJson(name, id);
      if (post.state === 'deleted' || json === undefined) return;
      const now = social.clock.now();
      await writer.putPost({ ...post, state: 'deleted', updatedAt: now }, undefined);
      await writer.unlistActivity(activityUri(actor, id));
      for (let page = await writer.messagesOfNote(note, { limit: pageMax }); ; ) {
        for (const message of page.items) await writer.removeMessage(message);
        if (page.next === undefined) break;
        page = await writer.messagesOfNote(note, { limit: pageMax, cursor: page.next });
      }
      await writer.addActivity(
        { uri: activity, type: 'Delete', actor, object: note, account: name, listed: false, storedAt: now },
        JSON.stringify(buildDelete(activity, readJsonDocument(Buffer.from(json)))),
      );
      // It goes where the post went, whoever follows the author by now.
      const inboxes = new Set<Uri>();
      for (let after: Uri | undefined; ; ) {
        const sent = await writer.deliveries.ofActivity(activityUri(actor, id), pageMax, after);
        for (const { inbox } of sent) inboxes.add(inbox);
        if (sent.length < pageMax) break;
        after = sent.at(-1)?.inbox;
      }
      const toFollowers = post.visibility !== 'direct';
      await writer.deliveries.queue({ activity, account: name, inboxes, toFollowers, now });
    },
    { idempotent: true },
  );
}
