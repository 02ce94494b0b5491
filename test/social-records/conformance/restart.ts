// What outlives a process: all that was stored, its order, and that what comes next comes behind it.
import { expect, test } from 'vitest';
import { accounts } from '#databases/social/records/accounts';
import { likes } from '#databases/social/records/likes';
import type { BackEnd } from '../bed.ts';
import { aLike, anAccount } from '../some-records.ts';

export function restartTests({ isDurable, openData }: BackEnd): void {
  if (!isDurable) return;
  test('what was stored is there after a restart, in its order, and what is stored next comes behind it', async () => {
    await using data = await openData();
    const some = [0, 1, 2, 3, 4, 5].map((index) => aLike('https://restarted.example/', index));
    const account = anAccount('restarted');
    for (let round = 0; round < 3; round++) {
      const engine = await data.open();
      const stored = some.slice(0, 2 * round);
      const list = () =>
        engine.read(async (records) =>
          (await records.list(likes, 'byObject', some[0]!, { limit: 9 })).map(({ record }) => record),
        );
      expect(await list()).toEqual(stored);
      expect(await engine.read((records) => records.countCreated(likes))).toBe(stored.length);
      const icon = await engine.read((records) => records.text(accounts, account, 'icon'));
      expect(icon).toBe(round === 0 ? undefined : `round ${round - 1}`);
      // Several at once, the last of which is only just durable when the engine closes.
      await Promise.all([
        engine.write(async ({ records }) => {
          for (const like of some.slice(2 * round, 2 * round + 2)) await records.put(likes, like);
        }),
        engine.write(({ records }) => records.put(accounts, account, { icon: `round ${round}` })),
      ]);
      expect(await Array.fromAsync(engine.check())).toEqual([]);
      await data.close();
    }
  });
}
