// What every conformance test works with: an engine, a store over it, and keys of its own, so that tests can share one
// database (a cluster, say) without meeting.
import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { Engine, EngineTransaction, KeyRange, Page, Snapshot, Store } from '#store/contract';

/** All tests keep their keys under it. */
export const testPrefix = 'hearth-test/';

export interface Bed {
  readonly engine: Engine;
  readonly store: Store;
  /** A key under the prefix of this test. */
  key(text: string): Buffer;
  range(begin: string, end: string): KeyRange;
  /** Everything under the prefix of this test. */
  readonly everything: KeyRange;
  /** Sets keys in one transaction. */
  fill(entries: Record<string, string>): Promise<void>;
  /** A key's value as text. */
  valueAt(text: string): Promise<string | undefined>;
  /** Keys (without the prefix) and values of a page as `key=value`. */
  show(page: Page): string[];
}

/** The engine and store of a suite; each test asks for a bed of its own. */
export type OpenBed = () => Bed;

export function makeBed(engine: Engine, store: Store): Bed {
  const prefix = Buffer.concat([Buffer.from(testPrefix), randomBytes(8), Buffer.from('/')]);
  const key = (text: string) => Buffer.concat([prefix, Buffer.from(text, 'latin1')]);
  const everything = { begin: key(''), end: Buffer.concat([prefix, Buffer.from([0xff])]) };
  return {
    engine,
    store,
    key,
    range: (begin, end) => ({ begin: key(begin), end: key(end) }),
    everything,
    async fill(entries) {
      await store.transact((transaction) => {
        for (const [name, value] of Object.entries(entries)) transaction.set(key(name), Buffer.from(value));
      });
    },
    valueAt: (text) => store.read(async (reader) => (await reader.get(key(text)))?.toString('latin1')),
    show: (page) =>
      page.entries.map(
        (entry) =>
          `${entry.key.subarray(prefix.length).toString('latin1')}=${entry.value.toString('latin1')}`,
      ),
  };
}

/** All entries of a range, page after page. */
export async function readAll(reader: Snapshot, range: KeyRange, reverse = false): Promise<Page> {
  const entries: Page['entries'][number][] = [];
  let { begin, end } = range;
  for (;;) {
    const page = await reader.getRange({ begin, end }, { reverse });
    entries.push(...page.entries);
    const last = page.entries.at(-1);
    if (!page.more || last === undefined) return { entries, more: false };
    if (reverse) end = last.key;
    else begin = Buffer.concat([last.key, Buffer.from([0])]);
  }
}

/** The number of the error that a promise rejects with, or that a function throws. */
export async function failureOf(attempt: () => unknown): Promise<number | undefined> {
  try {
    await attempt();
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'number') return error.code;
    throw error;
  }
  return undefined;
}

/** Expects that of two transactions the second to commit conflicts. */
export async function expectConflict(winner: EngineTransaction, loser: EngineTransaction): Promise<void> {
  await winner.commit();
  expect(await failureOf(() => loser.commit())).toBe(1020);
}

/** Expects that both commit. */
export async function expectNoConflict(first: EngineTransaction, second: EngineTransaction): Promise<void> {
  await first.commit();
  expect(await failureOf(() => second.commit())).toBeUndefined();
}

export const text = (value: Buffer | undefined): string | undefined => value?.toString('latin1');
