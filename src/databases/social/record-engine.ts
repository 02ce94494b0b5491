// What a back end of the social database is: it keeps records of the declared types and says what it promises. Everything
// above (social-reader.ts, social-writer.ts, the domain) is written once and knows no back end by name.
import type { RecordReader, RecordWriter } from '#databases/social/record-access';
import type { Awaitable } from '#support/awaitable';
import type { Difference } from '#support/difference';

/** What differs between back ends as far as those above need to know. ARCHITECTURE.md says what each does with it. */
export interface EnginePromises {
  /**
   * `atomic`: all that one write stores is there at once, or none of it ever.
   * `stepwise`: it is decided at once, and then carried out record by record; others may see a part of it meanwhile, and
   * what a crash leaves undone is completed by whoever opens the back end next or meets one of the records.
   */
  readonly commit: 'atomic' | 'stepwise';
  /**
   * `serializable`: a write takes effect only if nothing that it has read has changed since.
   * `records`: only if no single record or unique value that it has both read and written has changed since.
   */
  readonly isolation: 'serializable' | 'records';
  /** `current`: a listing shows all that was stored before. `delayed`: it may lag, for `listingDelayMs` at most as a rule. */
  readonly listings: 'current' | 'delayed';
  /** `commit`: places follow the order of commits. `clock`: the clocks of those who write, which may differ a little. */
  readonly places: 'commit' | 'clock';
  /** False where nothing is kept: writes are accepted, and nothing is found. */
  readonly keeps: boolean;
}

export interface WriteOptions {
  /**
   * The body does nothing twice that it may not do twice, so that it may run again after a commit of which nobody knows
   * whether it took place. Without it the back end finds out first.
   */
  readonly idempotent?: boolean;
}

/** A writer that also notes whether it has put work into a queue, for which somebody may be waiting. */
export interface Writing {
  readonly records: RecordWriter;
  /** To be called by a body that stores work: `untilChanged` wakes once it is committed. */
  wake(): void;
}

/** A moment in the life of a back end: everything that was committed before it can be read. */
export type Mark = string & { readonly __mark: unique symbol };

export interface RecordEngine extends AsyncDisposable {
  /** For people, without secrets: `store:`, `postgres://db.example/hearth`. Also tells one back end from another. */
  readonly name: string;
  readonly promises: EnginePromises;
  /** Reads at one snapshot, where the engine has snapshots. Bodies are pure: they may run several times. */
  read<T>(body: (records: RecordReader) => Awaitable<T>): Promise<T>;
  /**
   * Resolves once what the body has written is durable. Bodies are pure: they may run several times, and run again when
   * they conflict with others.
   * @throws whatever the body throws, having written nothing; ProtocolError unavailable where the back end cannot be had
   */
  write<T>(body: (writing: Writing) => Awaitable<T>, options?: WriteOptions): Promise<T>;
  mark(): Promise<Mark>;
  /** Resolves when a write that woke may have been committed behind the mark (at times without one), or on `signal`. */
  untilChanged(after: Mark, signal: AbortSignal): Promise<void>;
  /** Compares what the engine derives from records with the records. Returns how many rows or items it read. */
  check(): AsyncGenerator<Difference, number>;
}

/** The tables of a back end that has any, made and compared with what is declared (`hearth social tables`). */
export interface RecordTables extends AsyncDisposable {
  readonly name: string;
  /** Makes what is missing, however often it is called; nothing is ever dropped. Answers what it made, in sentences. */
  create(): Promise<string[]>;
  /** What is missing or differs, in sentences. */
  check(): Promise<string[]>;
}
