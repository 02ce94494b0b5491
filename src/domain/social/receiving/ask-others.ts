// What a task asks of other servers, because somebody elsewhere has pointed at them: no server so often that it would be
// flooded, within a time that is short, and few at once, so that servers which never finish an answer leave room for tasks
// that ask nobody.
import type { TaskRecord } from '#databases/social/records/tasks';
import { isPassing } from '#domain/social/foreign-keys';
import type { Social } from '#domain/social/social';
import { type TaskContext, type TaskNext, taskDone } from '#domain/social/tasks/tasks';
import { endingWith } from '#network/transport';
import { authorityOf, type Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';
import { taskFetchDurationMsMax, taskFetchWaitMsMax } from '#support/limits';

/** What was found, or what becomes of the task where nothing was. */
export type Asked<T> = { readonly found: T } | { readonly next: TaskNext };

/**
 * @param asked where it asks first, whose host has its turns
 * @param ask is given the way to others that it is to take
 */
export async function askOthers<T>(
  context: TaskContext,
  task: TaskRecord,
  asked: Uri,
  ask: (social: Social) => Promise<T>,
): Promise<Asked<T>> {
  const { social, logger, signal } = context;
  const { getter, rooms } = social;
  const later = turnOf(context, task, asked);
  if (later) return { next: later };
  using place = rooms.fetches.enter();
  if (!place) return { next: rooms.fetches.putOff({ ...task, data: { ...task.data, hasTurn: true } }) };
  const ending = AbortSignal.any([signal, AbortSignal.timeout(taskFetchDurationMsMax)]);
  try {
    const transport = endingWith(getter.transport, ending);
    return { found: await ask({ ...social, getter: { ...getter, transport } }) };
  } catch (error) {
    if (signal.aborted || !(error instanceof ProtocolError)) throw error;
    const { message: reason } = error;
    if (isPassing(error)) return { next: { next: 'again', reason } };
    logger.info({ kind: task.kind, data: task.data, reason }, 'what others were asked for cannot be had');
    return { next: taskDone };
  }
}

/** Undefined where it is the task's turn: it waits for one once, and keeps it. */
function turnOf({ social, logger }: TaskContext, task: TaskRecord, asked: Uri): TaskNext | undefined {
  const { data, kind } = task;
  if (data.hasTurn === true) return undefined;
  const waitMs = social.taskFetches.reserve(authorityOf(asked), taskFetchWaitMsMax);
  if (waitMs === 0) return undefined;
  if (waitMs === undefined) {
    logger.warn({ kind, data }, 'too much is to be fetched from one server: this is left out');
    return taskDone;
  }
  return { next: 'continue', data: { ...data, hasTurn: true }, dueAt: social.clock.now() + waitMs };
}
