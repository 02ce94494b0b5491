// The back end that keeps nothing: it refuses what the others refuse, accepts the rest, and finds none of it.
import { expect, test } from 'vitest';
import type { Cursor } from '#databases/social/record-access';
import { openSocialDatabase } from '#databases/social/social-database';
import { dataAt } from './open-data.ts';
import { pick, rawTypes, readRaw, writeRaw } from './raw-records.ts';
import { anAccount } from './some-records.ts';

const openData = () => dataAt('null:', async () => undefined);

test('every write is accepted, and nothing is found of any type', async () => {
  await using data = openData();
  const engine = await data.open();
  expect(engine.promises.keeps).toBe(false);
  for (const type of rawTypes) {
    const some = Object.fromEntries(
      Object.entries(type.fields).map(([field, kind]) => [
        field,
        kind.startsWith('integer') ? 1 : kind.startsWith('flag') ? true : 'a',
      ]),
    );
    const key = pick(type.key, some);
    expect(await writeRaw(engine, (records) => records.put(type, some))).toBe(true);
    expect(await writeRaw(engine, (records) => records.put(type, some))).toBe(true);
    await writeRaw(engine, (records) => records.insert(type, some));
    expect(await writeRaw(engine, (records) => records.remove(type, key))).toBeUndefined();
    await readRaw(engine, async (records) => {
      expect(await records.get(type, key)).toBeUndefined();
      expect(await records.scan(type, { limit: 5 })).toEqual({ items: [] });
      for (const [unique, fields] of Object.entries(type.unique)) {
        expect(await records.find(type, unique, pick(fields, some))).toBeUndefined();
      }
      for (const [listing, { by, counted }] of Object.entries(type.listings)) {
        expect(await records.list(type, listing, pick(by, some), { limit: 5 })).toEqual([]);
        if (counted) expect(await records.count(type, listing, pick(by, some))).toBe(0);
      }
      if (type.key.length > 1) {
        expect(await records.listByKey(type, pick(type.key.slice(0, 1), some), { limit: 5 })).toEqual([]);
      }
      if (type.created !== undefined) {
        expect(await records.listCreated(type, { limit: 5 })).toEqual({ items: [] });
        expect(await records.countCreated(type)).toBe(0);
      }
      for (const name of type.texts) expect(await records.text(type, key, name)).toBeUndefined();
    });
    await expect(writeRaw(engine, (records) => records.put(type, {}))).rejects.toThrow(TypeError);
    const foreign = readRaw(engine, (records) => records.scan(type, { limit: 5, cursor: 'AAAA' as Cursor }));
    await expect(foreign).rejects.toMatchObject({ kind: 'invalidParam' });
  }
  expect(await Array.fromAsync(engine.check())).toEqual([]);
});

test('what a body throws is thrown, and whoever waits for work waits until the signal', async () => {
  await using data = openData();
  const engine = await data.open();
  const refusal = new Error('no');
  await expect(engine.write(() => Promise.reject(refusal))).rejects.toBe(refusal);
  const ending = new AbortController();
  let isWaiting = true;
  const waiting = engine.untilChanged(await engine.mark(), ending.signal).then(() => (isWaiting = false));
  await openSocialDatabase(engine).write((writer) => writer.addAccount(anAccount('forgotten')));
  await engine.write(({ wake }) => wake());
  expect(isWaiting).toBe(true);
  ending.abort();
  await waiting;
  await engine.untilChanged(await engine.mark(), ending.signal);
});
