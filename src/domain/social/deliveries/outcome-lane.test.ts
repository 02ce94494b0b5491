import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openStoreEngine } from '#databases/social/engines/store/open-store-engine';
import { openSocialDatabase, type SocialDatabase } from '#databases/social/social-database';
import type { SocialWriter } from '#databases/social/social-writer';
import { openOutcomeLane } from '#domain/social/deliveries/outcome-lane';
import { LeaseLostError } from '#domain/social/work-lease';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';
import { deliveryOutcomesAtOnce } from '#support/limits';

async function openScene() {
  const database = openSocialDatabase(await openStoreEngine(makeStore(openMemoryEngine())));
  const times = { nowMs: 1, durationMs: 1_000 };
  const lease = await database.acquireLease({ work: 'deliveries', holder: 'me', fence: 'a', ...times });
  if (!lease) throw new Error('nobody else can hold the lease');
  let underWay = 0;
  const transactions = { count: 0, atOnceMax: 0 };
  const social: SocialDatabase = {
    ...database,
    async writeHolding(held, body, options) {
      transactions.count++;
      transactions.atOnceMax = Math.max(transactions.atOnceMax, ++underWay);
      try {
        await setImmediate();
        return await database.writeHolding(held, body, options);
      } finally {
        underWay--;
      }
    },
  };
  const takeOver = () =>
    database.acquireLease({ work: 'deliveries', holder: 'me', fence: 'b', nowMs: 1, durationMs: 1_000 });
  const hosts = async () =>
    (await database.read((reader) => reader.deliveries.immediateTurns(1_000))).map(({ host }) => host);
  return { lane: openOutcomeLane({ social }, lease), transactions, takeOver, hosts };
}

const turnOf = (host: string) => (writer: SocialWriter) => writer.deliveries.setTurn({ dueAt: 0, host });
const refuse = async () => {
  throw new Error('this one cannot be written');
};

describe('the lane of outcomes', () => {
  it('stores in few transactions, one at a time, what many bring at once', async () => {
    const { lane, transactions, hosts } = await openScene();
    const names = Array.from({ length: 3 * deliveryOutcomesAtOnce }, (_, index) => `host${1_000 + index}`);
    await Promise.all(names.map((name) => lane.store(turnOf(name))));
    expect(await hosts()).toEqual(names);
    // The first goes alone; the others gather meanwhile, so many at a time.
    expect(transactions).toEqual({ count: 4, atOnceMax: 1 });
  });

  it('gives a transaction to itself to what asks for one, in its turn', async () => {
    const { lane, transactions } = await openScene();
    const order: string[] = [];
    const noting = (name: string) => async () => {
      order.push(`${name} in ${transactions.count}`);
    };
    await Promise.all([
      lane.store(noting('a')),
      lane.store(noting('b')),
      lane.store(noting('c')),
      lane.storeAlone(noting('d')),
      lane.store(noting('e')),
      lane.store(noting('f')),
    ]);
    expect(order).toEqual(['a in 1', 'b in 2', 'c in 2', 'd in 3', 'e in 4', 'f in 4']);
  });

  it('says that an outcome is stored only once it is', async () => {
    const { lane, hosts } = await openScene();
    for (const name of ['a', 'b', 'c']) {
      await lane.store(turnOf(name));
      expect(await hosts()).toContain(name);
    }
  });

  it('fails the one that cannot be written, and stores the others', async () => {
    const { lane, hosts } = await openScene();
    const bodies = [turnOf('a'), turnOf('b'), refuse, turnOf('c')];
    const settled = await Promise.allSettled(bodies.map((body) => lane.store(body)));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(await hosts()).toEqual(['a', 'b', 'c']);
  });

  it('fails all where the lease is lost, and writes nothing', async () => {
    const { lane, hosts, takeOver } = await openScene();
    await takeOver();
    const settled = await Promise.allSettled(['a', 'b', 'c'].map((name) => lane.store(turnOf(name))));
    for (const one of settled) {
      expect(one).toMatchObject({ status: 'rejected', reason: expect.any(LeaseLostError) });
    }
    expect(await hosts()).toEqual([]);
  });
});
