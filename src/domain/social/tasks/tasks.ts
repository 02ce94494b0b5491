// Tasks: what is still to be done because of something that has been stored. A task is written in the transaction that
// makes it necessary; a worker carries it out step by step, so that a crash at any moment loses nothing and repeats nothing
// that counts. What each kind does is in task-steps.ts.
import type { TaskRecord } from '#databases/social/records/tasks';
import type { SocialWriter } from '#databases/social/social-writer';
import { newId } from '#domain/social/new-ids';
import type { Social } from '#domain/social/social';
import type { TaskKind } from '#domain/social/tasks/task-kinds';
import type { Awaitable } from '#support/awaitable';
import type { Logger } from '#support/logging';

export type TaskData = TaskRecord['data'];

/** What becomes of a task after a step. */
export type TaskNext =
  | { readonly next: 'done' }
  /** There is more to do, as the new data say: at once, or at a time in milliseconds since the Unix epoch. */
  | { readonly next: 'continue'; readonly data: TaskData; readonly dueAt?: number }
  /** It did not work out: tried again after a pause that grows, and given up after `taskAttemptsMax` attempts. */
  | { readonly next: 'again'; readonly reason: string };

export const taskDone: TaskNext = { next: 'done' };

export interface TaskContext {
  readonly social: Social;
  readonly logger: Logger;
  /** Aborted when the step is to be broken off; it is carried out again later. */
  readonly signal: AbortSignal;
  /**
   * Writes what a step brings about and what becomes of its task in one transaction: once it has resolved the step is over,
   * and returns what this returned. Where the task has been moved on already the body is not run. Bodies are pure.
   */
  finish(body: (writer: SocialWriter) => Awaitable<TaskNext>): Promise<TaskNext>;
}

/**
 * One step of a task. What it returns without `finish` is stored for it; an error counts as a failed attempt.
 */
export type TaskStep = (context: TaskContext, task: TaskRecord) => Promise<TaskNext>;

/** A task with a new id, to be added with `writer.tasks.add`: made outside the transaction, or the id is drawn anew. */
export function newTask(
  social: Pick<Social, 'clock' | 'random'>,
  kind: TaskKind,
  data: TaskData,
  dueAt: number = social.clock.now(),
): TaskRecord {
  return { dueAt, id: newId(social), kind, data, attempts: 0, createdAt: social.clock.now() };
}
