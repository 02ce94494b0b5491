// The end of an account of ours: whom it followed or had asked to is told of it and followed no longer, our own people
// who followed it do so no longer, and its posts leave their inboxes. Its followers elsewhere stay, since the Delete still
// has to find its way to them.
import type { FollowingRecord, FollowingState } from '#databases/social/records/following';
import type { SocialWriter } from '#databases/social/social-writer';
import { localNameOf } from '#domain/social/local-actors';
import type { Social } from '#domain/social/social';
import { ending, endPage } from '#domain/social/spreading/ending';
import { withdrawNote } from '#domain/social/spreading/withdraw-note';
import { lookAgain } from '#domain/social/tasks/look-again';
import { newTask, type TaskStep, taskDone } from '#domain/social/tasks/tasks';
import { actorUri, postUri } from '#protocol/activitypub/actor-uris';
import type { Uri } from '#protocol/activitypub/uris';

export interface EndedAccount {
  readonly account: string;
  /** The Delete that tells others, which is stored already. */
  readonly activity: Uri;
}

const postWeight = 20;

/** To be called by the transaction that marks the account as deleted, behind its Delete. */
export async function endAccount(writer: SocialWriter, social: Social, ended: EndedAccount): Promise<void> {
  const rest = await endPage(kindsOf(writer, social, ended));
  if (rest) await writer.tasks.add(newTask(social, 'endAccount', { ...ended, ...rest }));
  await lookAgain(writer, social, 'endAccount', { ...ended });
}

/** The task `endAccount`: the next page. */
export const stepEndAccount: TaskStep = ({ social, finish }, { data }) =>
  finish(async (writer) => {
    const ended: EndedAccount = { account: `${data.account}`, activity: data.activity as Uri };
    const rest = await endPage(kindsOf(writer, social, ended), data);
    return rest ? { next: 'continue', data: { ...ended, ...rest } } : taskDone;
  });

function kindsOf(writer: SocialWriter, social: Social, { account, activity }: EndedAccount) {
  const actor = actorUri(social.origin, account);
  const now = social.clock.now();
  const followed = (state: FollowingState) =>
    ending({
      list: (page) => writer.followings(account, state, page),
      async end(relation: FollowingRecord) {
        await writer.removeFollowing(account, relation.actor);
        const local = localNameOf(social, relation.actor);
        if (local !== undefined) await writer.removeFollower(local, actor);
        // Whom the account follows knows it as well as who follows it.
        const remote = await writer.remoteActor(relation.actor);
        const inboxes = remote && remote.goneAt === undefined ? [remote.sharedInbox ?? remote.inbox] : [];
        await writer.deliveries.queue({ activity, account, inboxes, toFollowers: false, now });
      },
    });
  const following = (state: FollowingState) =>
    ending({
      list: (page) => writer.localFollowers(actor, page, state),
      async end(relation: FollowingRecord) {
        await writer.removeFollowing(relation.account, actor);
        await writer.removeFollower(account, actorUri(social.origin, relation.account));
      },
    });
  return {
    followings: followed('accepted'),
    requests: followed('pending'),
    refused: followed('rejected'),
    followersHere: following('accepted'),
    requestsHere: following('pending'),
    posts: ending({
      weight: postWeight,
      list: (page) => writer.posts(account, page),
      end: ({ id }) => withdrawNote(writer, social, postUri(actor, id)),
    }),
  };
}
