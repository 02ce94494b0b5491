// The task `moveFollowers`: an actor has said that it is another one from now on (FEP-7628). The other one is asked anew,
// and must say that it is the first one, too, and must not have moved on itself. Then those here who follow the one ask to
// follow the other, page by page, and take back what they asked of the first.
import type { TaskRecord } from '#databases/social/records/tasks';
import type { SocialWriter } from '#databases/social/social-writer';
import { blockBetween } from '#domain/social/blocked-pairs';
import { requestFollowing } from '#domain/social/follow';
import { signingKeyOf } from '#domain/social/local-actors';
import { newActivityUri } from '#domain/social/own-activities';
import { askOthers } from '#domain/social/receiving/ask-others';
import { askerFor } from '#domain/social/receiving/asker';
import { type RemoteActorRecords, storeRemoteActor, toRecords } from '#domain/social/remote-actor-records';
import type { Social } from '#domain/social/social';
import { lookAgain } from '#domain/social/tasks/look-again';
import { type TaskContext, type TaskNext, type TaskStep, taskDone } from '#domain/social/tasks/tasks';
import { endFollowing } from '#domain/social/unfollow';
import { fetchActor } from '#network/remote-actors';
import { RemoteError } from '#network/remote-error';
import { signGetWith } from '#network/signing-key';
import { actorUri } from '#protocol/activitypub/actor-uris';
import { requireUri, type Uri } from '#protocol/activitypub/uris';
import { movedFollowersPageMax, moveIntervalMsMin } from '#support/limits';

interface Move {
  readonly from: Uri;
  readonly to: Uri;
}

export const stepMoveFollowers: TaskStep = (context, task) => {
  const { data } = task;
  const move = { from: requireUri(data.from, 'from'), to: requireUri(data.to, 'to') };
  return data.isVerified === true ? moveOnePage(context, move) : verify(context, task, move);
};

async function verify(context: TaskContext, task: TaskRecord, move: Move): Promise<TaskNext> {
  const { social, finish } = context;
  const asked = await askOthers(context, task, move.to, (within) => fetchTarget(within, move));
  if ('next' in asked) return asked.next;
  const { found: verified } = asked;
  if (!verified) return taskDone;
  return finish(async (writer) => {
    const now = social.clock.now();
    const former = await writer.remoteActor(move.from);
    if (!former || former.goneAt !== undefined) return taskDone;
    // It may have been said twice, and be under way.
    if (former.movedAt !== undefined && now - former.movedAt < moveIntervalMsMin) return taskDone;
    await writer.updateRemoteActor({ ...former, movedTo: move.to, movedAt: now });
    await storeRemoteActor(writer, verified);
    const data = { ...move, isVerified: true };
    await lookAgain(writer, social, 'moveFollowers', data);
    return { next: 'continue', data };
  });
}

/** Undefined where nobody is left who follows. Throws RemoteError. */
async function fetchTarget(social: Social, { from, to }: Move): Promise<RemoteActorRecords | undefined> {
  const asker = await social.database.read((reader) => askerFor(reader, from, to));
  if (asker === undefined) return undefined;
  const signGet = signGetWith(signingKeyOf(social, asker), social.clock);
  const actor = await fetchActor({ ...social.getter, signGet }, to);
  if (actor.id !== to) throw new RemoteError('invalid', `What lies at ${to} is ${actor.id}`);
  if (!actor.alsoKnownAs.includes(from)) {
    throw new RemoteError('invalid', `${to} does not say that it is ${from}, too`);
  }
  if (actor.movedTo !== undefined) throw new RemoteError('invalid', `${to} has moved on itself`);
  return toRecords(actor, social.clock.now());
}

/** What has been moved is no longer listed: the next page is always the first one. */
function moveOnePage({ social, finish }: TaskContext, move: Move): Promise<TaskNext> {
  return finish(async (writer) => {
    const { items, next } = await writer.localFollowers(move.from, { limit: movedFollowersPageMax });
    const to = await writer.remoteActor(move.to);
    for (const listed of items) {
      // A listing may lag behind the records.
      const relation = await writer.following(listed.account, listed.actor);
      if (!relation) continue;
      const { account } = relation;
      const now = social.clock.now();
      await endFollowing(writer, social, relation, { id: newActivityUri(social, account), now });
      if (to && (await mayAsk(writer, social, account, to.uri))) {
        const request = {
          id: newActivityUri(social, account),
          actor: actorUri(social.origin, account),
          object: to.uri,
        };
        await requestFollowing(writer, account, request, { inbox: to.inbox, now });
      }
    }
    return next === undefined ? taskDone : { next: 'continue', data: { ...move, isVerified: true } };
  });
}

/** Unless that was asked already, or one of the two does not want to hear of the other. */
async function mayAsk(writer: SocialWriter, social: Social, account: string, actor: Uri): Promise<boolean> {
  const former = await writer.following(account, actor);
  if (former && former.state !== 'rejected') return false;
  return !(await blockBetween(writer, social, account, actor));
}
