// A worker that carries out a queue of the social database: it takes the lease, works for as long as it can renew it, and
// stands by while another process has it. What the work is its shift knows.
import {
  acquireWork,
  type Lease,
  LeaseLostError,
  releaseWork,
  renewWork,
  type WorkParts,
} from '#domain/social/work-lease';
import { shutdownGraceMs, workLeaseMs, workRenewalMs } from '#support/limits';

export interface ShiftSignals {
  /** Nothing new is begun once this is aborted. */
  readonly stopping: AbortSignal;
  /** What is under way is broken off. */
  readonly abort: AbortSignal;
  /** To be called with the error of whoever finds the lease lost. */
  lose(error: unknown): void;
}

/** The time for which a lease is held. */
export interface Shift {
  /** Works until `stopping` is aborted. */
  work(): Promise<void>;
  /** Waits for what is under way. */
  end(): Promise<void>;
}

export interface Post {
  /** What the lease is on. */
  readonly work: string;
  /** Who it is, among all that share the queue; one of the same name that has died is not waited for. */
  readonly holder: string;
  open(lease: Lease, signals: ShiftSignals): Shift;
}

/** Starts at once. Disposing ends what is under way within `shutdownGraceMs` and gives the lease back. */
export function startLeaseHolder(parts: WorkParts, post: Post): AsyncDisposable {
  const stopping = new AbortController();
  const abort = new AbortController();
  const running = run(parts, post, stopping.signal, abort.signal);
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      const grace = new AbortController();
      void parts.clock.sleep(shutdownGraceMs, grace.signal).then(() => abort.abort());
      await running;
      grace.abort();
    },
  };
}

async function run(parts: WorkParts, post: Post, stopping: AbortSignal, abort: AbortSignal): Promise<void> {
  const { clock, logger } = parts;
  const { work, holder } = post;
  while (!stopping.aborted) {
    try {
      const lease = await acquireWork(parts, { work, holder, durationMs: workLeaseMs });
      if (lease) await workWhileHeld(parts, post, lease, stopping, abort);
      else await clock.sleep(workRenewalMs, stopping);
    } catch (error) {
      logger.error({ error, work }, 'the worker on a queue starts anew');
      await clock.sleep(workRenewalMs, stopping);
    }
  }
}

async function workWhileHeld(
  parts: WorkParts,
  post: Post,
  lease: Lease,
  stopping: AbortSignal,
  abort: AbortSignal,
): Promise<void> {
  const lost = new AbortController();
  const ended = new AbortController();
  const lose = (error: unknown): void => {
    if (lost.signal.aborted) return;
    parts.logger.warn({ error, work: post.work }, 'another process works on a queue now');
    lost.abort();
  };
  const shift = post.open(lease, {
    stopping: AbortSignal.any([stopping, lost.signal]),
    abort: AbortSignal.any([abort, lost.signal]),
    lose,
  });
  const renewing = keepRenewing(parts, lease, lose, ended.signal);
  try {
    await shift.work();
  } finally {
    await shift.end();
    ended.abort();
    await renewing;
  }
  if (!lost.signal.aborted) await releaseWork(parts, lease);
}

async function keepRenewing(
  parts: WorkParts,
  lease: Lease,
  lose: (error: unknown) => void,
  ended: AbortSignal,
): Promise<void> {
  const { clock } = parts;
  let expiresMs = lease.expiresMs;
  for (;;) {
    await clock.sleep(workRenewalMs, ended);
    if (ended.aborted) return;
    try {
      ({ expiresMs } = await renewWork(parts, lease, workLeaseMs));
    } catch (error) {
      if (error instanceof LeaseLostError || clock.now() >= expiresMs) return lose(error);
    }
  }
}
