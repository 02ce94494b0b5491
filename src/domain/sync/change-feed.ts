// The tail of one database's log, followed in memory: whoever wants to know what moved since a position asks here
// instead of the database. `fedThrough` is how far it has come; nobody may be told anything behind it.
import { lastPosition, type Position } from '#databases/positions';
import type { Clock } from '#support/clock';
import type { Logger } from '#support/logging';

/** The subjects whose streams one transaction moved: `r` and a room id, `u` and a user id. */
export interface Change {
  readonly at: Position;
  readonly subjects: readonly string[];
}

/** The log of a database, as every database offers it. */
export interface ChangeLog {
  readChanges(after: Position): Promise<{ changes: readonly Change[]; through: Position }>;
  untilChanged(after: Position, signal: AbortSignal): Promise<void>;
}

export interface FeedListener {
  /**
   * Told of changes before `fedThrough` passes them. What it answers is called in the same turn as `fedThrough` moves,
   * so that nobody sees the one without the other; what that answers in turn is called right behind it.
   */
  prepare(changes: readonly Change[]): Promise<() => () => void>;
}

interface FeedParts {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Feeds of databases whose facts are causes of facts here: they are brought up to date first. */
  readonly causes?: readonly ChangeFeed[];
}

export class ChangeFeed implements AsyncDisposable {
  readonly #log: ChangeLog;
  readonly #parts: FeedParts;
  readonly #closing = new AbortController();
  #listener: FeedListener | undefined;
  #fedThrough: Position;
  #catchingUp: Promise<void> | undefined;
  #following: Promise<void> | undefined;

  private constructor(log: ChangeLog, parts: FeedParts, start: Position) {
    this.#log = log;
    this.#parts = parts;
    this.#fedThrough = start;
  }

  /** Starts a feed at the end of the log; what lies before must be looked for in the streams themselves. */
  static async open(log: ChangeLog, parts: FeedParts): Promise<ChangeFeed> {
    // Behind the last position there are no changes, only the word of how far the log is complete.
    const { through } = await log.readChanges(lastPosition);
    return new ChangeFeed(log, parts, through);
  }

  get fedThrough(): Position {
    return this.#fedThrough;
  }

  /** Begins to follow the log, for one listener. */
  follow(listener: FeedListener): void {
    this.#listener = listener;
    this.#following = this.#follow();
  }

  /** Resolves once everything is fed that was committed before the call: one read of the log, shared by all who wait. */
  async catchUp(): Promise<void> {
    // A read that is under way may have begun before the caller's commit.
    if (this.#catchingUp) await this.#catchingUp.catch(() => undefined);
    await (this.#catchingUp ??= this.#readOn().finally(() => {
      this.#catchingUp = undefined;
    }));
  }

  /** True once the feed has come to `position`; false where even the database itself has not. */
  async reaches(position: Position): Promise<boolean> {
    if (this.#fedThrough >= position) return true;
    await this.catchUp();
    return this.#fedThrough >= position;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#following;
    await this.#catchingUp?.catch(() => undefined);
  }

  async #follow(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        await this.#log.untilChanged(this.#fedThrough, signal);
        if (!signal.aborted) await this.catchUp();
      } catch (error) {
        if (signal.aborted) return;
        this.#parts.logger.error({ error }, 'the log of changes cannot be followed; trying again');
        await this.#parts.clock.sleep(retryDelayMs, signal);
      }
    }
  }

  /** Reads on to the end of the log as it was when this began, or beyond. */
  async #readOn(): Promise<void> {
    for (;;) {
      const { changes, through } = await this.#log.readChanges(this.#fedThrough);
      if (changes.length > 0) for (const cause of this.#parts.causes ?? []) await cause.catchUp();
      const apply = changes.length > 0 ? await this.#listener?.prepare(changes) : undefined;
      const notify = apply?.();
      if (through > this.#fedThrough) this.#fedThrough = through;
      notify?.();
      // A page that ended at its last change may have more behind it.
      if (changes.at(-1)?.at !== through) return;
    }
  }
}

const retryDelayMs = 1_000;
