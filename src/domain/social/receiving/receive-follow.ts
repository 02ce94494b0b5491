// Follow (ActivityPub section 7.5): the actor becomes a follower, and the Accept is queued in the same transaction.
// Following again changes nothing and is accepted again. An account that approves its followers itself answers later;
// until then nothing is sent. Nor is anything ever sent to whom the account blocks: a Reject would tell of the block, and
// silence is what an account that has not decided yet keeps, too.
import { blockBetween } from '#domain/social/blocked-pairs';
import { queueFollowerHook } from '#domain/social/hooks/queue-hook';
import { localNameOf } from '#domain/social/local-actors';
import { newId } from '#domain/social/new-ids';
import type { Receive } from '#domain/social/receiving/received';
import { activityUri } from '#protocol/activitypub/actor-uris';
import { buildAccept } from '#protocol/activitypub/follow';
import type { Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';

/** So many Follow activities of one relation are remembered, the latest ones. */
const followsKeptMax = 20;

export const receiveFollow: Receive = async (writer, { social, activity, author, known, signedAt, now }) => {
  const name = localNameOf(social, activity.object.id);
  const account = name === undefined ? undefined : await writer.account(name);
  if (!account || account.deletedAt !== undefined) {
    throw new ProtocolError('badJson', 'The object of a Follow must be an actor of this server.');
  }
  if (await blockBetween(writer, social, account.name, activity.actor)) return 'none';
  const relation = await writer.follower(account.name, activity.actor);
  // Some servers give every Follow of the same two actors the same id. Sent anew it is a new request, unless it was
  // signed before the Undo that ended what it had made: then it is the old request again.
  const isOld = known && (signedAt <= known.storedAt || relation?.follows.includes(activity.id));
  if (isOld) return 'none';
  const isAccepted = relation?.state === 'accepted' || !account.manuallyApprovesFollowers;
  const state = isAccepted ? 'accepted' : 'pending';
  const follows: Uri[] = [...(relation?.follows ?? []), activity.id].slice(-followsKeptMax);
  await writer.putFollower({
    account: account.name,
    actor: activity.actor,
    state,
    follows,
    inbox: author.inbox,
    ...(author.sharedInbox === undefined ? {} : { sharedInbox: author.sharedInbox }),
    since: relation?.since ?? now,
  });
  if (!relation) {
    await queueFollowerHook(writer, social, { account: account.name, actor: activity.actor, state, now });
  }
  if (isAccepted) {
    const follow = { id: activity.id, actor: activity.actor, object: activity.object.id };
    const id = activityUri(activity.object.id, newId(social));
    await writer.addActivity(
      {
        uri: id,
        type: 'Accept',
        actor: follow.object,
        object: follow.id,
        account: account.name,
        listed: false,
        storedAt: now,
      },
      JSON.stringify(buildAccept(id, follow)),
    );
    const inboxes = [author.inbox];
    await writer.deliveries.queue({ activity: id, account: account.name, inboxes, toFollowers: false, now });
  }
  return 'stored';
};
