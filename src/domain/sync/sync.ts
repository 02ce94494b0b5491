// The sync of a client: what is new since its token, or everything; where nothing is new it waits. An idle sync compares
// three positions in memory and reads nothing. Client-Server API, "Syncing".
import type { AccountsDatabase } from '#databases/accounts/accounts-database';
import type { RoomsDatabase } from '#databases/rooms/rooms-database';
import type { TransitoryDatabase } from '#databases/transitory/transitory-database';
import { invalidToken, parseSyncToken, type SyncPositions } from '#domain/rooms/reading/position-tokens';
import type { Asker, JsonText } from '#domain/rooms/reading/reading';
import { answerText } from '#domain/sync/answer-text';
import { assemble } from '#domain/sync/assemble';
import { ChangeFeed } from '#domain/sync/change-feed';
import { Deadlines } from '#domain/sync/deadlines';
import { RoomTails } from '#domain/sync/room-tails';
import { SentMembers } from '#domain/sync/sent-members';
import type { SyncParts } from '#domain/sync/sync-parts';
import type { SyncRequest } from '#domain/sync/sync-request';
import type { Watch } from '#domain/sync/watch';
import { type Feeds, Watches } from '#domain/sync/watches';
import type { Clock } from '#support/clock';
import { syncTimeoutMsMax } from '#support/limits';
import type { Logger } from '#support/logging';

export interface SyncDatabases {
  readonly rooms: RoomsDatabase;
  readonly accounts: AccountsDatabase;
  readonly transitory: TransitoryDatabase;
}

export class Sync implements AsyncDisposable {
  readonly #parts: SyncParts;
  readonly #deadlines: Deadlines;
  #lastBounds: SyncPositions | undefined;
  #isClosing = false;

  private constructor(parts: SyncParts) {
    this.#parts = parts;
    this.#deadlines = new Deadlines(parts.clock);
  }

  /** Begins to follow the databases, which stay their owner's. */
  static async open(databases: SyncDatabases, parts: { clock: Clock; logger: Logger }): Promise<Sync> {
    // "Effects first": whoever sees what an account's change brought about in rooms can see that change too.
    const transitory = await ChangeFeed.open(databases.transitory, parts);
    const accounts = await ChangeFeed.open(databases.accounts, { ...parts, causes: [transitory] });
    const rooms = await ChangeFeed.open(databases.rooms, { ...parts, causes: [accounts] });
    const feeds: Feeds = { rooms, accounts, transitory };
    return new Sync({
      ...databases,
      clock: parts.clock,
      feeds,
      watches: new Watches(feeds, databases.rooms),
      tails: new RoomTails(databases.rooms),
      sentMembers: new SentMembers(),
    });
  }

  /**
   * Answers with news, or with none once the time is up or `signal` is aborted.
   * @returns the JSON of the operation's answer
   * @throws ProtocolError invalidParam for a token that this server has not handed out
   */
  async sync(asker: Asker, request: SyncRequest, signal: AbortSignal): Promise<JsonText> {
    const { clock } = this.#parts;
    const timeoutMs = Math.min(request.timeoutMs, syncTimeoutMsMax);
    const deadline = clock.now() + timeoutMs;
    let since = request.since === undefined ? undefined : parseSyncToken(request.since);
    if (since && !this.#isReached(since)) await this.#reach(since);
    // Who does not wait is told of all that was committed before the question.
    if (!since || request.fullState || timeoutMs === 0) await this.#catchUp();
    for (;;) {
      const watch = await this.#parts.watches.of(asker.userId);
      const { through, answer } = await this.#answer(asker, request, since, watch);
      if (answer) return answer;
      since = through;
      if (clock.now() >= deadline || signal.aborted || this.#isClosing) return answerText(through);
      await waitForNews(watch, through, this.#deadlines, deadline, signal);
    }
  }

  /** One look: the answer if there is any news, and up to where it looked. */
  async #answer(
    asker: Asker,
    request: SyncRequest,
    since: SyncPositions | undefined,
    watch: Watch,
  ): Promise<{ through: SyncPositions; answer?: JsonText }> {
    for (;;) {
      const through = this.#bounds();
      if (since && !request.fullState && !watch.hasNews(since)) return { through };
      const nowMs = this.#parts.clock.now();
      const assembled = await assemble(this.#parts, { asker, request, since, through, nowMs }, watch);
      if ('overtakenAt' in assembled) {
        await this.#parts.feeds.rooms.reaches(assembled.overtakenAt);
        continue;
      }
      const mustAnswer = !since || request.fullState || !assembled.isEmpty;
      return mustAnswer ? { through, answer: assembled.text } : { through };
    }
  }

  /** How far everybody may be told, in this turn; the same object as long as that is the same. */
  #bounds(): SyncPositions {
    const { rooms, accounts, transitory } = this.#parts.feeds;
    const before = this.#lastBounds;
    if (
      before?.rooms === rooms.fedThrough &&
      before.accounts === accounts.fedThrough &&
      before.transitory === transitory.fedThrough
    ) {
      return before;
    }
    this.#lastBounds = {
      rooms: rooms.fedThrough,
      accounts: accounts.fedThrough,
      transitory: transitory.fedThrough,
    };
    return this.#lastBounds;
  }

  #isReached({ rooms, accounts, transitory }: SyncPositions): boolean {
    const { feeds } = this.#parts;
    return (
      rooms <= feeds.rooms.fedThrough &&
      accounts <= feeds.accounts.fedThrough &&
      transitory <= feeds.transitory.fedThrough
    );
  }

  /** A token may come from another process that follows the same databases and is ahead of this one. */
  async #reach({ rooms, accounts, transitory }: SyncPositions): Promise<void> {
    const { feeds } = this.#parts;
    const reached = await Promise.all([
      feeds.rooms.reaches(rooms),
      feeds.accounts.reaches(accounts),
      feeds.transitory.reaches(transitory),
    ]);
    if (reached.includes(false)) throw invalidToken();
  }

  async #catchUp(): Promise<void> {
    const { rooms, accounts, transitory } = this.#parts.feeds;
    await Promise.all([rooms.catchUp(), accounts.catchUp(), transitory.catchUp()]);
  }

  /** Answers those who wait and stops following the databases. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true;
    await this.#deadlines[Symbol.asyncDispose]();
    const { rooms, accounts, transitory } = this.#parts.feeds;
    await Promise.all([rooms, accounts, transitory].map((feed) => feed[Symbol.asyncDispose]()));
  }
}

/** Resolves at the next change of what the user watches, when the time is up, or when `signal` is aborted. */
async function waitForNews(
  watch: Watch,
  since: SyncPositions,
  deadlines: Deadlines,
  deadline: number,
  signal: AbortSignal,
): Promise<void> {
  if (watch.isForgotten || watch.hasNews(since)) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = (): void => resolve();
  const takeBack = [watch.onChange(wake), deadlines.at(deadline, wake)];
  signal.addEventListener('abort', wake);
  await promise;
  signal.removeEventListener('abort', wake);
  for (const take of takeBack) take();
}
