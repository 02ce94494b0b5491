// What a block of a host brings about: the relations with everybody on it end, both ways. There may be very many, so that
// it is a task, which goes through followers and followings a page at a time.
import type { Place } from '#databases/social/record-access';
import type { SocialReader } from '#databases/social/social-reader';
import type { SocialWriter } from '#databases/social/social-writer';
import { endFollower } from '#domain/social/answer-follower';
import { newActivityUri } from '#domain/social/own-activities';
import type { Social } from '#domain/social/social';
import { lookAgain } from '#domain/social/tasks/look-again';
import { newTask, type TaskData, type TaskNext, type TaskStep, taskDone } from '#domain/social/tasks/tasks';
import { endFollowing } from '#domain/social/unfollow';
import type { Uri } from '#protocol/activitypub/uris';
import { blockedRelationsPageMax } from '#support/limits';

/** Ends what an account has with an actor, both ways, in the caller's transaction. */
export async function endRelations(
  writer: SocialWriter,
  social: Social,
  { account, actor, now }: { readonly account: string; readonly actor: Uri; readonly now: number },
): Promise<void> {
  const [follower, following] = [
    await writer.follower(account, actor),
    await writer.following(account, actor),
  ];
  if (follower) await endFollower(writer, social, follower, { id: newActivityUri(social, account), now });
  if (following) await endFollowing(writer, social, following, { id: newActivityUri(social, account), now });
}

/** To be called by the transaction that stores the block of a host. */
export async function queueEndOfRelations(
  writer: SocialWriter,
  social: Social,
  { account, host }: { readonly account: string; readonly host: string },
): Promise<void> {
  const data = { account, host, listing: 0 };
  await writer.tasks.add(newTask(social, 'endBlockedRelations', data));
  await lookAgain(writer, social, 'endBlockedRelations', data);
}

/** The listings that are gone through, in this order; a task names one by its number. */
const listings = [
  { relation: 'followers', state: 'accepted' },
  { relation: 'followers', state: 'pending' },
  { relation: 'followings', state: 'accepted' },
  { relation: 'followings', state: 'pending' },
] as const;

/** The task `endBlockedRelations`: the next page, unless the block has been lifted. */
export const stepEndBlockedRelations: TaskStep = ({ social, finish }, { data }) =>
  finish(async (writer): Promise<TaskNext> => {
    const { account, host, listing, after } = data as TaskData & Progress;
    if (!(await writer.blocks.get(account, 'ours', host))) return taskDone;
    const { actors, next } = await pageOf(writer, account, listing, after);
    const now = social.clock.now();
    for (const actor of actors) {
      if (await writer.blocks.against(account, actor))
        await endRelations(writer, social, { account, actor, now });
    }
    if (next !== undefined) return { next: 'continue', data: { account, host, listing, after: next } };
    if (listing + 1 >= listings.length) return taskDone;
    return { next: 'continue', data: { account, host, listing: listing + 1 } };
  });

interface Progress {
  readonly account: string;
  readonly host: string;
  readonly listing: number;
  readonly after?: Place;
}

async function pageOf(
  reader: SocialReader,
  account: string,
  listing: number,
  after: Place | undefined,
): Promise<{ readonly actors: readonly Uri[]; readonly next: Place | undefined }> {
  const { relation, state } = listings[listing]!;
  const request = { limit: blockedRelationsPageMax, oldestFirst: true, cursor: after };
  const page = await reader[relation](account, state, request);
  return { actors: page.items.map(({ actor }) => actor), next: page.next };
}
