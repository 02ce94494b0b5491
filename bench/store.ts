// `npm run bench:store`: our transactions beside classic-level's own writes, and our ranges beside its raw iterator, in
// the same run. Rounds alternate, medians are shown; the ratios are what counts (docs/performance.md).
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import type { Store } from '#store/contract';
import { openLevelEngine } from '#store/engines/level';
import { makeStore } from '#store/store';
import { describeMachine, median } from './machine.ts';

/** The same for both sides. */
const cacheBytes = 32 * 1024 * 1024;
const writeBufferBytes = 8 * 1024 * 1024;
const rounds = 5;
const roundMs = 1_500;
const writerCounts = [1, 64, 512];
const rangeRows = 100_000;
const rangeEntries = 50;
const rangesPerRound = 8_000;
/** Together 1 KB: one large value, as an event is, and five index rows. */
const valueSizes = [704, 64, 64, 64, 64, 64];

type Level = ClassicLevel<Buffer, Buffer>;
type Operation =
  | { readonly type: 'put'; readonly key: Buffer; readonly value: Buffer }
  | { readonly type: 'del'; readonly key: Buffer };

/** The keys of one transaction: six to set, and the one of the writer's previous transaction to clear. */
function keysOf(writer: number, sequence: number): Buffer[] {
  return valueSizes.map((_size, row) =>
    Buffer.from(`\x15${row}writer${writer}/${String(sequence).padStart(12, '0')}`),
  );
}
const values = valueSizes.map((size) => Buffer.alloc(size, 'value '));

type WriteOnce = (writer: number, sequence: number) => Promise<unknown>;

/** Three reads, six sets and a clear. */
function writeOurs(store: Store): WriteOnce {
  return (writer, sequence) =>
    store.transact(async (transaction) => {
      const keys = keysOf(writer, sequence);
      const previous = keysOf(writer, sequence - 1);
      await transaction.get(previous[0]!);
      await transaction.get(previous[1]!);
      await transaction.get(keys[2]!);
      for (const [row, key] of keys.entries()) transaction.set(key, values[row]!);
      transaction.clear(previous[5]!);
    });
}

/** The same writes, without the reads. */
function operationsOf(writer: number, sequence: number): Operation[] {
  const operations: Operation[] = keysOf(writer, sequence).map((key, row) => ({
    type: 'put',
    key,
    value: values[row]!,
  }));
  operations.push({ type: 'del', key: keysOf(writer, sequence - 1)[5]! });
  return operations;
}

function writeAlone(level: Level): WriteOnce {
  return (writer, sequence) => level.batch(operationsOf(writer, sequence), { sync: true });
}

/** What one would write by hand: all that wait go into one synced batch, one batch at a time. */
function writeMerged(level: Level): WriteOnce {
  let waiting: Operation[] = [];
  let next: Promise<void> | undefined;
  let writing: Promise<void> = Promise.resolve();
  return (writer, sequence) => {
    waiting.push(...operationsOf(writer, sequence));
    next ??= writing.then(() => {
      const operations = waiting;
      waiting = [];
      next = undefined;
      writing = level.batch(operations, { sync: true });
      return writing;
    });
    return next;
  };
}

/** Transactions per second of so many concurrent writers. */
async function measureWrites(write: WriteOnce, writerCount: number): Promise<number> {
  const startMs = performance.now();
  let count = 0;
  await Promise.all(
    Array.from({ length: writerCount }, async (_, writer) => {
      for (let sequence = 1; performance.now() - startMs < roundMs; sequence++) {
        await write(writer, sequence);
        count++;
      }
    }),
  );
  return (count / (performance.now() - startMs)) * 1_000;
}

async function withDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-bench-'));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function openLevel(directory: string): Promise<Level> {
  const level: Level = new ClassicLevel(directory, {
    keyEncoding: 'buffer',
    valueEncoding: 'buffer',
    cacheSize: cacheBytes,
    writeBufferSize: writeBufferBytes,
  });
  await level.open();
  return level;
}

const perSecond = (figure: number) => Math.round(figure).toLocaleString('en');

async function benchWrites(writerCount: number): Promise<Record<string, string>> {
  const figures = { ours: [] as number[], merged: [] as number[], alone: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    await withDirectory(async (directory) => {
      await using store = makeStore(await openLevelEngine(directory, { cacheBytes, writeBufferBytes }));
      figures.ours.push(await measureWrites(writeOurs(store), writerCount));
    });
    for (const [name, write] of [
      ['merged', writeMerged],
      ['alone', writeAlone],
    ] as const) {
      await withDirectory(async (directory) => {
        await using level = await openLevel(directory);
        figures[name].push(await measureWrites(write(level), writerCount));
      });
    }
  }
  const [ours, merged, alone] = [median(figures.ours), median(figures.merged), median(figures.alone)];
  return {
    writers: String(writerCount),
    'hearth /s': perSecond(ours),
    'level merged /s': perSecond(merged),
    'level alone /s': perSecond(alone),
    'of merged': (ours / merged).toFixed(2),
    'of alone': (ours / alone).toFixed(2),
  };
}

const rangeKey = (row: number) => Buffer.from(`\x15events/${String(row).padStart(12, '0')}`);

async function fillRange(directory: string): Promise<void> {
  await using store = makeStore(await openLevelEngine(directory, { cacheBytes, writeBufferBytes }));
  const value = Buffer.alloc(200, 'event ');
  for (let begin = 0; begin < rangeRows; begin += 1_000) {
    await store.transact((transaction) => {
      for (let row = begin; row < begin + 1_000; row++) transaction.set(rangeKey(row), value);
    });
  }
}

/** Microseconds per range of fifty. */
async function measureRanges(readOnce: (begin: Buffer, end: Buffer) => Promise<number>): Promise<number> {
  const startMs = performance.now();
  for (let index = 0; index < rangesPerRound; index++) {
    const row = (index * 7_919) % (rangeRows - rangeEntries);
    const found = await readOnce(rangeKey(row), rangeKey(rangeRows));
    if (found !== rangeEntries) throw new Error(`a range has ${found} entries instead of ${rangeEntries}`);
  }
  return ((performance.now() - startMs) / rangesPerRound) * 1_000;
}

async function benchRanges(): Promise<Record<string, string>> {
  const figures = { ours: [] as number[], raw: [] as number[] };
  await withDirectory(async (directory) => {
    await fillRange(directory);
    for (let round = 0; round < rounds; round++) {
      {
        await using store = makeStore(await openLevelEngine(directory, { cacheBytes, writeBufferBytes }));
        const readOurs = async (begin: Buffer, end: Buffer) =>
          (await store.read((reader) => reader.getRange({ begin, end }, { limit: rangeEntries }))).entries
            .length;
        figures.ours.push(await measureRanges(readOurs));
      }
      await using level = await openLevel(directory);
      const readRaw = async (begin: Buffer, end: Buffer) => {
        const iterator = level.iterator({ gte: begin, lt: end, limit: rangeEntries, fillCache: true });
        const rows = await iterator.nextv(rangeEntries);
        await iterator.close();
        return rows.length;
      };
      figures.raw.push(await measureRanges(readRaw));
    }
  });
  const [ours, raw] = [median(figures.ours), median(figures.raw)];
  return {
    'range of': String(rangeEntries),
    'hearth µs': ours.toFixed(1),
    'raw iterator µs': raw.toFixed(1),
    'of raw': (raw / ours).toFixed(2),
  };
}

console.log(describeMachine());
console.log(`medians of ${rounds} rounds; a transaction: three reads, six sets and a clear, 1 KB, durable`);
const writes: Record<string, string>[] = [];
for (const writerCount of writerCounts) writes.push(await benchWrites(writerCount));
console.table(writes);
console.table([await benchRanges()]);
