// Two engines on the same data at the same time: one winner for a unique value, no lost update, no half of a write.
import { describe, expect, test } from 'vitest';
import type { RecordEngine } from '#databases/social/record-engine';
import { accounts } from '#databases/social/records/accounts';
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
  });
}
