// The embedded default: the transactor over LevelDB (classic-level). Reads answer synchronously from explicit snapshots;
// writes are batches that are synced to disk before they count.
import { ClassicLevel } from 'classic-level';
import type { Engine, KeyRange, KeyValue, Page } from '#store/contract';
import type { Backing, BackingView, Change } from '#store/engines/embedded/backing';
import { Transactor } from '#store/engines/embedded/transactor';
import { StoreError, storeErrors } from '#store/errors';
import { type Clock, systemClock } from '#support/clock';

export interface LevelEngineOptions {
  readonly clock?: Clock;
  /** Memory for uncompressed blocks that were read. */
  readonly cacheBytes?: number;
  /** Memory for what is only in the log yet; a larger one makes fewer files and a longer recovery. */
  readonly writeBufferBytes?: number;
}

type Database = ClassicLevel<Buffer, Buffer>;
interface Rows {
  nextv(size: number): Promise<[Buffer, Buffer][]>;
  close(): Promise<void>;
}

const defaultCacheBytes = 32 * 1024 * 1024;
const defaultWriteBufferBytes = 8 * 1024 * 1024;
/** What one trip to LevelDB brings at most; it may overshoot by one value. */
const tripBytesMax = 1024 * 1024;
const tripEntriesMax = 1_000;
/** A page without a limit is what one trip brings. */
const openPageEntries = 500;
/** Where the version of the last write lies: beyond all keys of users, which are below 0xFF. */
const versionKey = Buffer.from([0xff, ...Buffer.from('version')]);
const bytesOnly = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;

/**
 * Opens the store in the directory `path`, which is made if it is missing (its parents, too).
 * Throws `StoreError` 1038 while another process has it open, 1510 if it cannot be opened for another reason.
 */
export async function openLevelEngine(path: string, options: LevelEngineOptions = {}): Promise<Engine> {
  const database: Database = new ClassicLevel(path, {
    ...bytesOnly,
    cacheSize: options.cacheBytes ?? defaultCacheBytes,
    writeBufferSize: options.writeBufferBytes ?? defaultWriteBufferBytes,
  });
  try {
    await database.open();
  } catch (cause) {
    throw openError(path, cause);
  }
  return new Transactor({ backing: makeBacking(database), clock: options.clock ?? systemClock });
}

function makeBacking(database: Database): Backing {
  return {
    version: Number(database.getSync(versionKey)?.readBigUInt64BE() ?? 0n),
    view: () => openView(database),
    async write(changes: readonly Change[], version: number): Promise<void> {
      const versionBytes = Buffer.alloc(8);
      versionBytes.writeBigUInt64BE(BigInt(version));
      const batch = database.batch();
      for (const { bytes, value } of changes) {
        if (value === undefined) batch.del(bytes);
        else batch.put(bytes, value);
      }
      batch.put(versionKey, versionBytes);
      await batch.write({ sync: true });
    },
    close: () => database.close(),
  };
}

function openView(database: Database): BackingView {
  const snapshot = database.snapshot();
  const getOptions = { ...bytesOnly, snapshot };
  const rangeOptions = ({ begin, end }: KeyRange) => ({
    ...getOptions,
    gte: begin,
    lt: end,
    highWaterMarkBytes: tripBytesMax,
  });
  return {
    get(key: Buffer): Buffer | undefined {
      try {
        return database.getSync(key, getOptions);
      } catch (cause) {
        throw readError(cause);
      }
    },
    page: (range, limit, reverse) =>
      readPage(
        database.iterator({
          ...rangeOptions(range),
          reverse,
          limit: limit ?? openPageEntries,
          fillCache: true,
        }),
        limit,
      ),
    keys: (range) => database.keys(rangeOptions(range)).all(),
    close: () => void snapshot.close(),
  };
}

async function readPage(rows: Rows, limit: number | undefined): Promise<Page> {
  const entries: KeyValue[] = [];
  const wanted = limit ?? openPageEntries;
  try {
    while (entries.length < wanted) {
      const asked = Math.min(wanted - entries.length, tripEntriesMax);
      const trip = await rows.nextv(asked);
      let tripBytes = 0;
      for (const [key, value] of trip) {
        entries.push({ key, value });
        tripBytes += key.length + value.length;
      }
      // A trip that brings fewer has come to the end of the range, unless it was cut for its bytes.
      if (trip.length < asked && tripBytes <= tripBytesMax) return { entries, more: false };
      if (limit === undefined) break;
    }
    return { entries, more: true };
  } catch (cause) {
    throw readError(cause);
  } finally {
    void rows.close();
  }
}

function readError(cause: unknown): StoreError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new StoreError(storeErrors.ioError, `The store could not be read: ${detail}`, { cause });
}

function openError(path: string, cause: unknown): StoreError {
  const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  if (reason instanceof Error && 'code' in reason && reason.code === 'LEVEL_LOCKED') {
    return new StoreError(
      storeErrors.databaseLocked,
      `Another Hearth process has the store in ${path} open: stop it, or name another data directory`,
      { cause },
    );
  }
  const detail = reason instanceof Error ? reason.message : String(reason);
  return new StoreError(storeErrors.ioError, `The store in ${path} cannot be opened: ${detail}`, { cause });
}
