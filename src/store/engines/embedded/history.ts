// The recent past of the keys: every value that a commit has set and that is not yet in the backing, or that an open
// transaction must still not see, with its version. It is at once the overlay of what is committed and not flushed, the
// memory of older versions for open readers, and the record that conflicts are found by. Without a backing it is the
// whole store: the newest values stay.
import { OrderedMap } from '#store/engines/embedded/ordered-map';
import type { ByteStringRange } from '#store/engines/embedded/range-set';
import { RangeVersions } from '#store/engines/embedded/range-versions';

/** One value (none: cleared) of a key, from one version on until the next one of that key. */
export interface Revision {
  readonly key: string;
  readonly bytes: Buffer;
  value: Buffer | undefined;
  version: number;
  older: Revision | undefined;
  newer: Revision | undefined;
}

/** What one transaction changes. Clears come before revisions. */
export interface Commit {
  readonly version: number;
  readonly revisions: Revision[];
  readonly clears: readonly ByteStringRange[];
}

export function makeRevision(key: string, bytes: Buffer, value: Buffer | undefined): Revision {
  return { key, bytes, value, version: 0, older: undefined, newer: undefined };
}

export class History {
  /** The newest revision of each key. */
  readonly #newest = new OrderedMap<Revision>();
  readonly #clears = new RangeVersions();
  readonly #writeConflicts = new RangeVersions();
  /** Commits whose revisions are still here, oldest first, from `#firstKept` on. */
  #commits: Commit[] = [];
  #firstKept = 0;
  readonly #keepsNewest: boolean;

  constructor(options: { readonly keepsNewest: boolean }) {
    this.#keepsNewest = options.keepsNewest;
  }

  /** The revision that a reader at `version` sees; undefined if the history knows none. */
  find(key: string, version: number): Revision | undefined {
    let revision = this.#newest.get(key);
    while (revision !== undefined && revision.version > version) revision = revision.older;
    return revision;
  }

  /** Was `key` within a range that was cleared after `since` and not after `version`? */
  wasCleared(key: string, since: number, version: number): boolean {
    return !this.#clears.isEmpty && this.#clears.latest(key, version) > since;
  }

  /** Was any part of [begin, end) cleared after `since`? */
  rangeWasCleared(begin: string, end: string, since: number): boolean {
    return this.#clears.touchedSince(begin, end, since);
  }

  /** Visits what a reader at `version` sees in [begin, end), cleared keys included, until `visit` says false. */
  scan(
    begin: string,
    end: string,
    version: number,
    reverse: boolean,
    visit: (seen: Revision) => boolean,
  ): void {
    this.#newest.scan(begin, end, reverse, (_key, newest) => {
      let revision: Revision | undefined = newest;
      while (revision !== undefined && revision.version > version) revision = revision.older;
      return revision === undefined || visit(revision);
    });
  }

  keyChangedSince(key: string, version: number): boolean {
    const newest = this.#newest.get(key);
    if (newest !== undefined && newest.version > version) return true;
    return (
      this.#clears.latest(key, Number.POSITIVE_INFINITY) > version ||
      this.#writeConflicts.latest(key, Number.POSITIVE_INFINITY) > version
    );
  }

  rangeChangedSince(begin: string, end: string, version: number): boolean {
    if (this.#clears.touchedSince(begin, end, version)) return true;
    if (this.#writeConflicts.touchedSince(begin, end, version)) return true;
    let changed = false;
    this.#newest.scan(begin, end, false, (_key, newest) => {
      changed = newest.version > version;
      return !changed;
    });
    return changed;
  }

  /**
   * Enters a commit: its version is above all before it. Keys of the history that its clears cover get revisions of
   * their own, which are added to the commit.
   */
  record(commit: Commit, writeConflicts: readonly ByteStringRange[]): void {
    const { version, revisions, clears } = commit;
    for (const { begin, end } of clears) this.#clears.add(begin, end, version);
    for (const { begin, end } of writeConflicts) this.#writeConflicts.add(begin, end, version);
    const cleared: Revision[] = [];
    for (const { begin, end } of clears) {
      this.#newest.scan(begin, end, false, (_key, newest) => {
        if (newest.value !== undefined) cleared.push(makeRevision(newest.key, newest.bytes, undefined));
        return true;
      });
    }
    const written = revisions.length;
    for (const revision of cleared) revisions.push(revision);
    // The cleared ones first, so that what was written after the clear becomes the newest.
    for (let index = written; index < revisions.length; index++) this.#enter(revisions[index]!, version);
    for (let index = 0; index < written; index++) this.#enter(revisions[index]!, version);
    this.#commits.push(commit);
  }

  #enter(revision: Revision, version: number): void {
    const older = this.#newest.get(revision.key);
    revision.version = version;
    revision.older = older;
    if (older !== undefined) older.newer = revision;
    this.#newest.set(revision.key, revision);
  }

  /** Forgets what no reader from `version` on can need: it is in the backing, or a newer revision hides it. */
  prune(version: number): void {
    let first = this.#firstKept;
    for (; first < this.#commits.length && this.#commits[first]!.version <= version; first++) {
      for (const revision of this.#commits[first]!.revisions) this.#forget(revision);
    }
    if (first === this.#firstKept) return;
    this.#firstKept = first;
    if (first > 1024 || first === this.#commits.length) {
      this.#commits = this.#commits.slice(first);
      this.#firstKept = 0;
    }
    this.#clears.prune(version);
    this.#writeConflicts.prune(version);
  }

  #forget(revision: Revision): void {
    revision.older = undefined;
    if (this.#keepsNewest && revision.value !== undefined) return;
    if (revision.newer !== undefined) revision.newer.older = undefined;
    else this.#newest.delete(revision.key);
  }
}
