// The commit queue: all commits that wait become one durable write; one write is under way at a time, and whoever commits
// meanwhile shares the next. Once a write has failed nothing is acknowledged any more.

import type { Backing, Change } from '#store/engines/embedded/backing';
import { fromByteString } from '#store/engines/embedded/byte-string';
import type { Commit } from '#store/engines/embedded/history';
import { RangeSet } from '#store/engines/embedded/range-set';
import { StoreError, storeErrors } from '#store/errors';

/** The commits that share one write, and those who wait for it. */
interface Group {
  readonly commits: Commit[];
  readonly done: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (reason: StoreError) => void;
}

export interface FlushQueueOptions {
  readonly backing: Backing;
  /** Called when everything up to `version` is on disk, before those who wait are told. */
  onFlushed(version: number): void;
  onFailed(reason: StoreError): void;
}

export class FlushQueue {
  readonly #options: FlushQueueOptions;
  #waiting: Group | undefined;
  #writing: Group | undefined;
  #isScheduled = false;
  #durableVersion: number;
  #failure: StoreError | undefined;

  constructor(options: FlushQueueOptions) {
    this.#options = options;
    this.#durableVersion = options.backing.version;
  }

  /** Resolves when the commit is on disk; rejects with 1510 if that fails. */
  add(commit: Commit): Promise<void> {
    this.#waiting ??= makeGroup();
    this.#waiting.commits.push(commit);
    this.#schedule();
    return this.#waiting.done;
  }

  /** Resolves when everything up to `version` is on disk. */
  durable(version: number): Promise<void> {
    if (version <= this.#durableVersion) return settled;
    if (this.#failure) return Promise.reject(this.#failure);
    const writing = this.#writing;
    if (writing && version <= writing.commits.at(-1)!.version) return writing.done;
    return this.#waiting!.done;
  }

  /** Resolves when nothing is under way or waiting, whether it went well or not. */
  async drain(): Promise<void> {
    while (this.#writing ?? this.#waiting) {
      await (this.#waiting ?? this.#writing)!.done.catch(() => undefined);
    }
  }

  #schedule(): void {
    if (this.#isScheduled || this.#writing) return;
    this.#isScheduled = true;
    // Not at once: those that the last write has answered commit again within this turn, and join.
    setImmediate(() => {
      this.#isScheduled = false;
      void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    const group = this.#waiting!;
    this.#waiting = undefined;
    this.#writing = group;
    try {
      const version = group.commits.at(-1)!.version;
      const changes = await changesOf(group.commits, this.#options.backing);
      await this.#options.backing.write(changes, version);
      this.#durableVersion = version;
      this.#writing = undefined;
      this.#options.onFlushed(version);
      group.resolve();
      if (this.#waiting) this.#schedule();
    } catch (cause) {
      this.#fail(group, cause);
    }
  }

  #fail(group: Group, cause: unknown): void {
    const detail = cause instanceof Error ? cause.message : String(cause);
    const reason = new StoreError(
      storeErrors.ioError,
      `The store could not write to disk and takes no more until it is opened again: ${detail}`,
      { cause },
    );
    this.#failure = reason;
    this.#writing = undefined;
    this.#options.onFailed(reason);
    group.reject(reason);
    this.#waiting?.reject(reason);
    this.#waiting = undefined;
  }
}

/** What these commits, one after the other, change: the keys that their clears cover go, then the last values come. */
async function changesOf(commits: readonly Commit[], backing: Backing): Promise<Change[]> {
  // The newest revisions are taken before anything is awaited: whatever commits meanwhile belongs to the next write.
  const newest: Change[] = [];
  const cleared = new RangeSet();
  for (const { revisions, clears } of commits) {
    for (const revision of revisions) if (revision.newer === undefined) newest.push(revision);
    for (const { begin, end } of clears) cleared.add(begin, end);
  }
  if (cleared.isEmpty) return newest;
  const view = backing.view();
  try {
    const ranges = [...cleared].map(({ begin, end }) => ({
      begin: fromByteString(begin),
      end: fromByteString(end),
    }));
    const keys = await Promise.all(ranges.map((range) => view.keys(range)));
    const removals: Change[] = keys.flat().map((bytes) => ({ bytes, value: undefined }));
    return removals.concat(newest);
  } finally {
    view.close();
  }
}

const settled = Promise.resolve();

function makeGroup(): Group {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  promise.catch(() => undefined);
  return { commits: [], done: promise, resolve, reject };
}
