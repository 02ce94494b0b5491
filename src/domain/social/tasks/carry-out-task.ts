// A step of a task, carried out: whatever becomes of the task is stored in one transaction with what the step has done.
import { isDeepStrictEqual } from 'node:util';
import type { TaskRecord } from '#databases/social/records/tasks';
import type { SocialWriter } from '#databases/social/social-writer';
import { pauseMs } from '#domain/social/deliveries/next-step';
import type { Social } from '#domain/social/social';
import { type TaskContext, type TaskNext, type TaskStep, taskDone } from '#domain/social/tasks/tasks';
import { type Lease, LeaseLostError, type WorkParts } from '#domain/social/work-lease';
import type { Awaitable } from '#support/awaitable';
import { taskAttemptsMax } from '#support/limits';
import type { Logger } from '#support/logging';

export interface Tasks extends WorkParts {
  readonly parts: Social;
  /** What each kind of task does. */
  readonly steps: { readonly [kind: string]: TaskStep };
}

export function openTasks(parts: Social, logger: Logger, steps: Tasks['steps']): Tasks {
  const { database: social, clock, random } = parts;
  return { parts, social, clock, random, logger, steps };
}

/**
 * Carries out one step; answers with the task as it goes on at once, if it does. Throws `LeaseLostError`, and what keeps
 * the outcome from being stored.
 */
export async function carryOutTask(
  tasks: Tasks,
  lease: Lease,
  task: TaskRecord,
  signal: AbortSignal,
): Promise<TaskRecord | undefined> {
  const { parts, logger } = tasks;
  let stored: Stored | undefined;
  const finish: TaskContext['finish'] = async (body) => {
    stored = await storeStep(tasks, lease, task, body);
    return stored.next;
  };
  const step = tasks.steps[task.kind] ?? unknownKind;
  try {
    const next = await step({ social: parts, logger, signal, finish }, task);
    stored ??= await storeStep(tasks, lease, task, () => next);
  } catch (error) {
    if (error instanceof LeaseLostError) throw error;
    // Broken off by us, which says nothing: it is as if it had not been tried.
    if (signal.aborted) return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    stored = await storeStep(tasks, lease, task, () => ({ next: 'again', reason }));
  }
  return stored.next.next === 'continue' && stored.next.dueAt === undefined ? stored.following : undefined;
}

const unknownKind: TaskStep = async (_context, { kind }) => ({
  next: 'again',
  reason: `this version knows no tasks of the kind ${kind}`,
});

interface Stored {
  readonly next: TaskNext;
  /** What is left of the task, as it is stored now. */
  readonly following: TaskRecord | undefined;
}

async function storeStep(
  { social, logger, clock, random }: Tasks,
  lease: Lease,
  task: TaskRecord,
  body: (writer: SocialWriter) => Awaitable<TaskNext>,
): Promise<Stored> {
  const at = { now: clock.now(), chance: random.bytes(4).readUInt32BE() / 2 ** 32 };
  const stored = await social.writeHolding(
    lease,
    async (writer): Promise<Stored> => {
      // Not so when an earlier run of this very transaction was committed after all: a look at the queue tells what is left.
      if (!isSame(await writer.tasks.get(task), task)) return { next: taskDone, following: undefined };
      const next = await body(writer);
      const following = followingOf(task, next, at);
      await writer.tasks.finish(task, following);
      return { next, following };
    },
    { idempotent: true },
  );
  if (stored.next.next === 'again') {
    const { kind, data, attempts } = task;
    const fields = { kind, data, reason: stored.next.reason, attempts: attempts + 1 };
    if (stored.following) logger.info(fields, 'a task is tried again later');
    else logger.error(fields, 'a task is given up');
  }
  return stored;
}

function isSame(stored: TaskRecord | undefined, { attempts, data }: TaskRecord): boolean {
  return stored?.attempts === attempts && isDeepStrictEqual({ ...stored.data }, { ...data });
}

/** What is left of a task: it goes behind those that have waited longer. */
function followingOf(
  task: TaskRecord,
  next: TaskNext,
  { now, chance }: { now: number; chance: number },
): TaskRecord | undefined {
  if (next.next === 'done') return undefined;
  if (next.next === 'continue') return { ...task, data: next.data, dueAt: next.dueAt ?? now, attempts: 0 };
  const attempts = task.attempts + 1;
  if (attempts >= taskAttemptsMax) return undefined;
  return { ...task, attempts, dueAt: now + pauseMs(attempts, chance) };
}
