// What a task asks of other servers, because somebody elsewhere has pointed at them: within a time that is short, few at
// once, so that servers which never finish an answer leave room for tasks that ask nobody.
import type { TaskRecord } from '#databases/social/records/tasks';
import { isPassing } from '#domain/social/foreign-keys';
import type { Social } from '#domain/social/social';
import { type TaskContext, type TaskNext, taskDone } from '#domain/social/tasks/tasks';
import { whenThereIsRoom } from '#domain/social/tasks/when-there-is-room';
import { endingWith } from '#network/transport';
import { ProtocolError } from '#support/errors';
import { taskFetchDurationMsMax, taskFetchesAtOnceMax } from '#support/limits';

/** What was found, or what becomes of the task where nothing was. */
export type Asked<T> = { readonly found: T } | { readonly next: TaskNext };

/** @param ask is given the way to others that it is to take */
export async function askOthers<T>(
  { social, logger, signal }: TaskContext,
  task: TaskRecord,
  ask: (social: Social) => Promise<T>,
): Promise<Asked<T>> {
  const { underWay, getter } = social;
  if (underWay.fetches >= taskFetchesAtOnceMax) return { next: whenThereIsRoom(social, task) };
  const ending = AbortSignal.any([signal, AbortSignal.timeout(taskFetchDurationMsMax)]);
  underWay.fetches += 1;
  try {
    const transport = endingWith(getter.transport, ending);
    return { found: await ask({ ...social, getter: { ...getter, transport } }) };
  } catch (error) {
    if (signal.aborted || !(error instanceof ProtocolError)) throw error;
    const { message: reason } = error;
    if (isPassing(error)) return { next: { next: 'again', reason } };
    logger.info({ kind: task.kind, data: task.data, reason }, 'what others were asked for cannot be had');
    return { next: taskDone };
  } finally {
    underWay.fetches -= 1;
  }
}
