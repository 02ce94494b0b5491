// The LevelDB engine against the suite that every engine passes, and what only a durable engine promises.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openLevelEngine } from '#store/engines/level';
import { makeStore } from '#store/store';
import { failureOf } from './conformance/bed.ts';
import { storeConformance } from './conformance.ts';

const directories: string[] = [];
async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-level-'));
  directories.push(directory);
  return directory;
}
afterAll(() => Promise.all(directories.map((directory) => rm(directory, { recursive: true }))));

storeConformance('the LevelDB engine', async () => openLevelEngine(await newDirectory()));

describe('the LevelDB engine keeps', () => {
  const key = (name: string) => Buffer.from(name);

  test('what was committed, and goes on stamping above it, when it is opened again', async () => {
    const directory = await newDirectory();
    const stamps: string[] = [];
    for (let round = 0; round < 3; round++) {
      await using store = makeStore(await openLevelEngine(directory));
      const seen = await store.read(async (reader) => ({
        value: (await reader.get(key('round')))?.toString(),
        position: await reader.position(),
      }));
      expect(seen.value).toBe(round === 0 ? undefined : String(round - 1));
      if (round > 0) expect(seen.position.startsWith(stamps.at(-1)!)).toBe(true);
      const committed = await store.transact((transaction) => {
        transaction.set(key('round'), Buffer.from(String(round)));
      });
      stamps.push(committed.stamp);
    }
    expect(stamps).toEqual(stamps.toSorted());
    expect(new Set(stamps).size).toBe(3);
  });

  test('what was committed and not yet flushed when it is closed', async () => {
    const directory = await newDirectory();
    const engine = await openLevelEngine(directory);
    const commits = Array.from({ length: 20 }, (_, index) => {
      const transaction = engine.begin();
      transaction.set(key(`k${index}`), Buffer.from([index]));
      return transaction.commit();
    });
    await engine[Symbol.asyncDispose]();
    await Promise.all(commits);
    await using store = makeStore(await openLevelEngine(directory));
    const page = await store.read((reader) => reader.getRange({ begin: key('k'), end: key('l') }));
    expect(page.entries.length).toBe(20);
  });

  test('rows of its own out of sight: the whole key space holds what was set, from the empty key on', async () => {
    await using store = makeStore(await openLevelEngine(await newDirectory()));
    await store.transact((transaction) => {
      transaction.set(key(''), key('empty'));
      transaction.set(Buffer.from([0xfe, 0xff]), key('last'));
    });
    const everything = { begin: key(''), end: Buffer.from([0xff]) };
    for (const reverse of [false, true]) {
      const page = await store.read((reader) => reader.getRange(everything, { reverse }));
      const expected = ['empty', 'last'];
      const found = page.entries.map(({ value }) => value.toString());
      expect(found).toEqual(reverse ? expected.toReversed() : expected);
    }
    await store.transact((transaction) => transaction.clearRange(everything));
    expect((await store.read((reader) => reader.getRange(everything))).entries).toEqual([]);
    expect(await store.read((reader) => reader.get(key('')))).toBeUndefined();
  });

  test('its directory for one process at a time, and says who has it', async () => {
    const directory = await newDirectory();
    await using engine = await openLevelEngine(directory);
    await expect(openLevelEngine(directory)).rejects.toThrow(/another Hearth process/i);
    expect(engine.commitMayBeUnknown).toBe(false);
  });

  test('refusing once it is closed: new transactions and open ones', async () => {
    const engine = await openLevelEngine(await newDirectory());
    const open = engine.begin();
    await open.get(key('a'));
    await engine[Symbol.asyncDispose]();
    expect(await failureOf(() => open.get(key('a')))).toBe(1025);
    expect(await failureOf(() => open.commit())).toBe(1025);
    expect(await failureOf(() => engine.begin())).toBe(1025);
  });
});
