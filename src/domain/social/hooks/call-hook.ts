// The task `callHook`: calls a hook, and again after growing pauses until it has worked. What has not worked within a day
// is given up, since nobody can use it any more.
import type { TaskRecord } from '#databases/social/records/tasks';
import type { HookEvent } from '#domain/social/hooks/hooks';
import type { Social } from '#domain/social/social';
import { type TaskStep, taskDone } from '#domain/social/tasks/tasks';
import { actorUri } from '#protocol/activitypub/actor-uris';
import { toDateTime } from '#protocol/activitypub/dates';
import { hookAgeMsMax, hookDurationMsMax, hookPauseMsMax, hookPauseMsMin } from '#support/limits';

export const stepCallHook: TaskStep = async ({ social, logger, signal }, task) => {
  const event: HookEvent = task.data.event === 'message' ? 'message' : 'follower';
  // The operator may have taken it out of the settings since.
  const hook = social.hooks?.[event];
  if (!hook) return taskDone;
  const { rooms, clock } = social;
  using place = rooms.hooks.enter();
  if (!place) return rooms.hooks.putOff(task);
  const body = JSON.stringify(bodyOf(social, task));
  try {
    await hook(
      { event, id: task.id, body },
      AbortSignal.any([signal, AbortSignal.timeout(hookDurationMsMax)]),
    );
    return taskDone;
  } catch (error) {
    if (signal.aborted) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const tries = Number(task.data.tries ?? 0) + 1;
    const now = clock.now();
    if (now - task.createdAt >= hookAgeMsMax) {
      logger.error(
        { event, id: task.id, tries, reason },
        'a hook has failed for a day: this call is given up',
      );
      return taskDone;
    }
    logger.warn({ event, id: task.id, tries, reason }, 'a hook has failed, and is called again later');
    const pauseMs = Math.min(hookPauseMsMin * 2 ** (tries - 1), hookPauseMsMax);
    return { next: 'continue', data: { ...task.data, tries }, dueAt: now + pauseMs };
  }
};

function bodyOf({ origin }: Social, { id, data }: TaskRecord) {
  const account = String(data.account);
  const head = {
    event: data.event,
    id,
    account,
    account_uri: actorUri(origin, account),
    at: toDateTime(Number(data.at)),
  };
  if (data.event === 'follower') return { ...head, follower: data.actor, state: data.state };
  return {
    ...head,
    note: data.note,
    author: data.author,
    ...(data.boostedBy === undefined ? {} : { boosted_by: data.boostedBy }),
  };
}
