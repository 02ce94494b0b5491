// The orders that are promised: texts by their UTF-8, integers by value, times, and what is the same by place.
import { describe, expect, test } from 'vitest';
import { deliveries } from '#databases/social/records/deliveries';
import { followers } from '#databases/social/records/followers';
import { hostTurns } from '#databases/social/records/host-turns';
import { likes } from '#databases/social/records/likes';
import type { OpenBed } from '../bed.ts';
import { compareTexts } from '../model.ts';
import { aLike, aUri } from '../some-records.ts';

export function orderTests(open: OpenBed): void {
  describe('orders', () => {
    test('texts in a listing as their UTF-8, not as their UTF-16 or in any language', async () => {
      const { engine, other } = open();
      const states = [
        'Z',
        'a',
        'ä',
        'b',
        '\uffee',
        '\u{10000}',
        '\u{1f600}',
        'a b',
        'a-b',
        'aa',
        '~',
        '\u0001',
      ];
      const some = states.map((state, index) => ({
        account: 'ordered',
        actor: aUri(`https://there.example/${index}`),
        // Any text may stand there as far as a back end knows.
        state: state as 'accepted',
        follows: [],
        since: 1,
      }));
      for (const follower of some) await engine.write(({ records }) => records.put(followers, follower));
      const list = (bounds: object) =>
        other.read(async (records) => {
          const found = await records.list(
            followers,
            'byAccount',
            { account: 'ordered' },
            { limit: 99, ...bounds },
          );
          return found.map(({ record }) => record.state as string);
        });
      const sorted = states.toSorted(compareTexts);
      expect(await list({})).toEqual(sorted);
      expect(await list({ reverse: true })).toEqual(sorted.toReversed());
      expect(await list({ after: 'a', before: 'ä' })).toEqual(
        sorted.slice(sorted.indexOf('a') + 1, sorted.indexOf('ä')),
      );
      expect(await list({ from: 'aa', through: '\uffee' })).toEqual(
        sorted.slice(sorted.indexOf('aa'), sorted.indexOf('\uffee') + 1),
      );
      // A text that nobody has is between those that there are.
      expect(await list({ after: 'aaa' })).toEqual(sorted.slice(sorted.indexOf('aa') + 1));
      for (const follower of some) await engine.write(({ records }) => records.remove(followers, follower));
    });

    test('integers by value, whatever their number of digits', async () => {
      const { engine, other } = open();
      const times = [9, 10, 0, 1, 255, 256, 99, 2 ** 32, 2 ** 32 - 1, 2 ** 53 - 1, 1_700_000_000_000];
      for (const dueAt of times) {
        await engine.write(({ records }) => records.insert(hostTurns, { dueAt, host: 'ordered.example' }));
      }
      const sorted = times.toSorted((left, right) => left - right);
      const list = (bounds: object) =>
        other.read(async (records) => {
          const found = await records.listByKey(hostTurns, {}, { limit: 99, ...bounds });
          return found.map(({ record }) => record.dueAt);
        });
      expect(await list({})).toEqual(sorted);
      expect(await list({ reverse: true, limit: 3 })).toEqual(sorted.toReversed().slice(0, 3));
      expect(await list({ from: 10, through: 256 })).toEqual([10, 99, 255, 256]);
      expect(await list({ after: 10, before: 256 })).toEqual([99, 255]);
      expect(await list({ after: 2 ** 53 - 1 })).toEqual([]);
      await engine.write(async ({ records }) => {
        for (const dueAt of times) await records.remove(hostTurns, { dueAt, host: 'ordered.example' });
      });
    });

    test('a queue by when each is due, and then by when it was stored', async () => {
      const { engine, other } = open();
      const due = [5, 0, 5, 0, 3];
      const queue = due.map((dueAt, index) => ({
        activity: aUri(`https://here.example/queued/${index}`),
        inbox: aUri('https://queued.example/inbox'),
        account: 'queued',
        host: 'queued.example',
        state: 'pending' as const,
        dueAt,
        createdAt: 1,
        attempts: 0,
        history: [],
      }));
      for (const delivery of queue) await engine.write(({ records }) => records.insert(deliveries, delivery));
      const list = (bounds: object) =>
        other.read(async (records) => {
          const lead = { host: 'queued.example' };
          const found = await records.list(deliveries, 'pending', lead, { limit: 99, ...bounds });
          return found.map(({ record }) => queue.findIndex(({ activity }) => activity === record.activity));
        });
      expect(await list({})).toEqual([1, 3, 4, 0, 2]);
      expect(await list({ from: 1, through: 4 })).toEqual([4]);
      await engine.write(async ({ records }) => {
        await records.put(deliveries, { ...queue[1]!, dueAt: 9 });
        await records.put(deliveries, { ...queue[4]!, state: 'delivered' });
      });
      expect(await list({})).toEqual([3, 0, 2, 1]);
      await engine.write(async ({ records }) => {
        for (const delivery of queue) await records.remove(deliveries, delivery);
      });
      expect(await list({})).toEqual([]);
    });

    test('records that came to be at the same time by when they were stored', async () => {
      const { engine, other } = open();
      const at = 1_650_000_000_000;
      const some = [3, 1, 2, 0].map((index) => aLike('https://same-time.example/', index, { createdAt: at }));
      for (const like of some) await engine.write(({ records }) => records.put(likes, like));
      const page = await other.read((records) =>
        records.listCreated(likes, { from: at, through: at, limit: 9 }),
      );
      expect(page).toEqual({ items: some });
      const moved = { ...some[0]!, createdAt: at + 1 };
      await engine.write(({ records }) => records.put(likes, moved));
      const behind = { from: at, through: at + 1 };
      const after = await other.read((records) =>
        records.listCreated(likes, { ...behind, limit: 9, reverse: true }),
      );
      expect(after.items).toEqual([moved, some[3], some[2], some[1]]);
      expect(await other.read((records) => records.countCreated(likes, behind))).toBe(4);
      for (const like of some) await engine.write(({ records }) => records.remove(likes, like));
    });
  });
}
