// Two engines on the same data at the same time: one winner for a unique value, no lost update, no half of a write.
import { describe, expect, test } from 'vitest';
import type { RecordEngine } from '#databases/social/record-engine';
import { type AccountRecord, accounts } from '#databases/social/records/accounts';
import { failingHosts } from '#databases/social/records/failing-hosts';
import { following } from '#databases/social/records/following';
import { likes } from '#databases/social/records/likes';
import type { OpenBed, SuiteSize } from '../bed.ts';
import { aFollowing, aLike, anAccount, aUri } from '../some-records.ts';

export function concurrencyTests(open: OpenBed, { rounds }: SuiteSize): void {
  describe('two engines at once', () => {
    test('let exactly one have a unique value', async () => {
      const { engine, other } = open();
      for (let round = 0; round < rounds; round++) {
        const follow = aUri(`https://here.example/raced/${round}`);
        const rivals = [0, 1, 2, 3].map((index) => aFollowing(`raced ${round}`, index, { follow }));
        const races = rivals.map((rival, index) =>
          (index % 2 ? engine : other).write(({ records }) => records.put(following, rival)),
        );
        const outcomes = await Promise.allSettled(races);
        const winners = rivals.filter((_, index) => outcomes[index]?.status === 'fulfilled');
        expect(winners).toHaveLength(1);
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ kind: 'conflict' });
        }
        expect(await engine.read((records) => records.find(following, 'byFollow', { follow }))).toEqual(
          winners[0],
        );
        const lead = { account: `raced ${round}` };
        const listed = await other.read((records) =>
          records.list(following, 'byAccount', lead, { limit: 9 }),
        );
        expect(listed.map(({ record }) => record)).toEqual(winners);
        await engine.write(({ records }) => records.remove(following, winners[0]!));
      }
    });

    test('lose no update of a record that both read and write', async () => {
      const { engine, other } = open();
      const host = 'counted.example';
      const increase = (by: RecordEngine) =>
        by.write(async ({ records }) => {
          const known = await records.get(failingHosts, { host });
          await records.put(failingHosts, { host, failures: (known?.failures ?? 0) + 1, retryAt: 0 });
        });
      const worker = async (by: RecordEngine) => {
        for (let round = 0; round < rounds; round++) await increase(by);
      };
      await Promise.all([worker(engine), worker(engine), worker(other), worker(other)]);
      const found = await engine.read((records) => records.get(failingHosts, { host }));
      expect(found?.failures).toBe(4 * rounds);
      await engine.write(({ records }) => records.remove(failingHosts, { host }));
    });

    test('make a record once, however many ask for it, and count it once', async () => {
      const { engine, other } = open();
      for (let round = 0; round < rounds; round++) {
        const like = aLike(`https://made-once.example/${round}`);
        const isNew = await Promise.all(
          [engine, other, engine, other].map((by) => by.write(({ records }) => records.put(likes, like))),
        );
        expect(isNew.filter((made) => made)).toHaveLength(1);
        expect(await other.read((records) => records.count(likes, 'byObject', like))).toBe(1);
        const gone = await Promise.all(
          [engine, other, engine, other].map((by) => by.write(({ records }) => records.remove(likes, like))),
        );
        expect(gone.filter((removed) => removed !== undefined)).toEqual([like]);
        expect(await engine.read((records) => records.count(likes, 'byObject', like))).toBe(0);
      }
    });

    test('move one amount between two records, and none of it is lost', async () => {
      const { engine, other } = open();
      const [left, right] = ['left', 'right'].map((name) =>
        anAccount(`moved ${name}`, { iconChangedAt: 50 }),
      );
      await engine.write(async ({ records }) => {
        await records.put(accounts, left!);
        await records.put(accounts, right!);
      });
      const move = (by: RecordEngine, from: string, to: string) =>
        by.write(async ({ records }) => {
          const [giving, taking] = await Promise.all(
            [from, to].map((name) => records.get(accounts, { name: `moved ${name}` })),
          );
          await records.put(accounts, { ...giving!, iconChangedAt: giving!.iconChangedAt! - 1 });
          await records.put(accounts, { ...taking!, iconChangedAt: taking!.iconChangedAt! + 1 });
        });
      const worker = async (by: RecordEngine, from: string, to: string) => {
        for (let round = 0; round < rounds; round++) await move(by, from, to);
      };
      await Promise.all([
        worker(engine, 'left', 'right'),
        worker(other, 'right', 'left'),
        worker(other, 'left', 'right'),
      ]);
      const found = await engine.read((records) =>
        Promise.all([left!, right!].map((account) => records.get(accounts, account))),
      );
      expect(found.map((account) => account?.iconChangedAt)).toEqual([50 - rounds, 50 + rounds]);
      await engine.write(async ({ records }) => {
        for (const account of [left!, right!]) await records.remove(accounts, account);
      });
    });

    test('leave no decision standing that something else has overtaken, where writes are serializable', async () => {
      const { engine, other } = open();
      if (engine.promises.isolation !== 'serializable') return;
      const [left, right] = [anAccount('on duty left'), anAccount('on duty right')];
      // Each goes off duty only while the other is on duty: of both at once, one has to stay.
      const goOff = (by: RecordEngine, me: AccountRecord, them: AccountRecord) =>
        by.write(async ({ records }) => {
          const theirs = await records.get(accounts, them);
          if (theirs?.discoverable) await records.put(accounts, { ...me, discoverable: false });
        });
      for (let round = 0; round < rounds; round++) {
        await engine.write(async ({ records }) => {
          await records.put(accounts, left);
          await records.put(accounts, right);
        });
        await Promise.all([goOff(engine, left, right), goOff(other, right, left)]);
        const found = await engine.read((records) =>
          Promise.all([left, right].map((account) => records.get(accounts, account))),
        );
        expect(found.filter((account) => account?.discoverable)).toHaveLength(1);
      }
      await engine.write(async ({ records }) => {
        for (const account of [left, right]) await records.remove(accounts, account);
      });
    });

    test('see all of a write or none of it, where writes are atomic', async () => {
      const { engine, other } = open();
      if (engine.promises.commit !== 'atomic') return;
      const [first, second] = [anAccount('first half'), anAccount('second half')];
      let isWriting = true;
      const seen: (number | undefined)[][] = [];
      const look = async () => {
        while (isWriting) {
          const halves = await other.read(async (records) => [
            (await records.get(accounts, first))?.iconChangedAt,
            (await records.get(accounts, second))?.iconChangedAt,
          ]);
          seen.push(halves);
        }
      };
      const write = async () => {
        try {
          for (let round = 0; round < rounds; round++) {
            await engine.write(async ({ records }) => {
              await records.put(accounts, { ...first, iconChangedAt: round });
              await records.put(accounts, { ...second, iconChangedAt: round });
            });
          }
        } finally {
          isWriting = false;
        }
      };
      await Promise.all([write(), look()]);
      expect(seen.length).toBeGreaterThan(0);
      for (const [one, two] of seen) expect(two).toBe(one);
      await engine.write(async ({ records }) => {
        for (const account of [first, second]) await records.remove(accounts, account);
      });
    });
  });
}
