// An actor elsewhere has new inboxes: what is for it as a follower goes there from now on. Its relations are gone through
// page by page, the first one at once and more by a task.
import type { RemoteActorRecord } from '#databases/social/records/remote-actors';
import type { SocialWriter } from '#databases/social/social-writer';
import { readPage } from '#domain/social/receiving/task-data';
import type { Social } from '#domain/social/social';
import { lookAgain } from '#domain/social/tasks/look-again';
import { newTask, type TaskData, type TaskStep, taskDone } from '#domain/social/tasks/tasks';
import { requireUri } from '#protocol/activitypub/uris';
import { relationsAtOnceMax } from '#support/limits';

/** To be called by the transaction that stores what the actor says of itself now. */
export async function refreshRelations(
  writer: SocialWriter,
  social: Social,
  actor: RemoteActorRecord,
): Promise<void> {
  const rest = await refreshPage(writer, actor);
  if (rest) await writer.tasks.add(newTask(social, 'refreshRelations', rest));
  await lookAgain(writer, social, 'refreshRelations', { actor: actor.uri });
}

/** The task `refreshRelations`: the next page, by what is known of the actor by then. */
export const stepRefreshRelations: TaskStep = ({ finish }, { data }) =>
  finish(async (writer) => {
    const actor = await writer.remoteActor(requireUri(data.actor, 'actor'));
    if (!actor || actor.goneAt !== undefined) return taskDone;
    const rest = await refreshPage(writer, actor, data);
    return rest ? { next: 'continue', data: rest } : taskDone;
  });

async function refreshPage(
  writer: SocialWriter,
  { uri, inbox, sharedInbox }: RemoteActorRecord,
  data: TaskData = {},
): Promise<TaskData | undefined> {
  const { items, next } = await writer.followedBy(uri, readPage(data, relationsAtOnceMax));
  const inboxes = { inbox, ...(sharedInbox === undefined ? {} : { sharedInbox }) };
  for (const { sharedInbox: _former, ...follower } of items) {
    await writer.putFollower({ ...follower, ...inboxes });
  }
  return next === undefined ? undefined : { actor: uri, cursor: next };
}

/** Whether relations have to be refreshed at all. */
export function haveInboxesChanged(before: RemoteActorRecord, after: RemoteActorRecord): boolean {
  return before.inbox !== after.inbox || before.sharedInbox !== after.sharedInbox;
}
