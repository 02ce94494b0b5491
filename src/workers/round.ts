// The round of a shift: it looks for jobs, begins those that there is room for, and sleeps until something is queued, a
// job is done or the next one comes due. A job that fails on our side comes up again after a pause.
import { LeaseLostError, type Mark, untilWork, type WorkParts } from '#domain/social/work-lease';
import { workRenewalMs, workRestMs } from '#support/limits';
import type { Shift, ShiftSignals } from '#workers/lease-holder';

export interface Job {
  /** One job of a key runs at a time. */
  readonly key: string;
  /** It counts among those of which `roomMax` run at once. */
  readonly takesRoom: boolean;
  run(): Promise<void>;
}

export interface Found {
  readonly jobs: readonly Job[];
  /** When the next job comes that has not come yet, in milliseconds since the Unix epoch. */
  readonly nextAt: number | undefined;
  /** Everything that was committed up to here has been looked at. */
  readonly mark: Mark;
}

export interface RoundPlan {
  readonly roomMax: number;
  /** Looks for what there is to do; what is under way may be among it. */
  find(): Promise<Found>;
}

export function openRound(parts: WorkParts, plan: RoundPlan, signals: ShiftSignals): Shift {
  return new Round(parts, plan, signals);
}

class Round implements Shift {
  readonly #parts: WorkParts;
  readonly #plan: RoundPlan;
  readonly #signals: ShiftSignals;
  readonly #underWay = new Map<string, Promise<void>>();
  #roomTaken = 0;
  #wake: () => void = () => undefined;

  constructor(parts: WorkParts, plan: RoundPlan, signals: ShiftSignals) {
    this.#parts = parts;
    this.#plan = plan;
    this.#signals = signals;
  }

  async work(): Promise<void> {
    const { clock } = this.#parts;
    const { stopping } = this.#signals;
    while (!stopping.aborted) {
      const restedAt = clock.now() + workRestMs;
      const found = await this.#plan.find();
      const isFull = this.#begin(found.jobs);
      await this.#untilMore(found, isFull);
      if (restedAt > clock.now()) await clock.sleep(restedAt - clock.now(), stopping);
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.#underWay.values());
  }

  /** Begins what can be begun; answers whether anything had to be left for want of room. */
  #begin(jobs: readonly Job[]): boolean {
    for (const job of jobs) {
      if (this.#underWay.has(job.key)) continue;
      const room = job.takesRoom ? 1 : 0;
      if (room > 0 && this.#roomTaken >= this.#plan.roomMax) return true;
      this.#roomTaken += room;
      const running = this.#guard(job).finally(() => {
        this.#underWay.delete(job.key);
        this.#roomTaken -= room;
        this.#wake();
      });
      this.#underWay.set(job.key, running);
    }
    return false;
  }

  /** An error ends one job, which comes up again after a pause, or the shift where the lease is lost. */
  async #guard(job: Job): Promise<void> {
    const { clock, logger } = this.#parts;
    try {
      await job.run();
    } catch (error) {
      if (error instanceof LeaseLostError) return this.#signals.lose(error);
      logger.error({ error, job: job.key }, 'work on a queue failed on our side');
      await clock.sleep(workRenewalMs, this.#signals.stopping);
    }
  }

  /** Resolves when there may be more to begin: something committed, a time come, or room where there was none. */
  async #untilMore({ mark, nextAt }: Found, isFull: boolean): Promise<void> {
    const { clock, logger } = this.#parts;
    const { stopping } = this.#signals;
    const done = new AbortController();
    const end = () => done.abort();
    stopping.addEventListener('abort', end);
    if (stopping.aborted) end();
    this.#wake = end;
    const waits = [aborted(done.signal)];
    if (!isFull) {
      waits.push(
        untilWork(this.#parts, mark, done.signal).catch(async (error: unknown) => {
          if (done.signal.aborted) return;
          logger.error({ error }, 'a queue cannot be watched');
          await clock.sleep(workRenewalMs, done.signal);
        }),
      );
      if (nextAt !== undefined) waits.push(clock.sleep(Math.max(nextAt - clock.now(), 0), done.signal));
    }
    await Promise.race(waits);
    end();
    stopping.removeEventListener('abort', end);
  }
}

/** Resolves when the signal is aborted; to be used with signals that live no longer than what waits for them. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
