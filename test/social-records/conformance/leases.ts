// Leases between two engines: one holder at a time, and the fence that keeps one that was overtaken from writing.
import { describe, expect, test } from 'vitest';
import { LeaseLostError } from '#databases/social/leases';
import { openSocialDatabase } from '#databases/social/social-database';
import type { OpenBed } from '../bed.ts';
import { anAccount } from '../some-records.ts';

export function leaseTests(open: OpenBed): void {
  describe('a lease', () => {
    const request = (work: string, holder: string, nowMs: number) => ({
      work,
      holder,
      fence: `${holder} at ${nowMs}`,
      nowMs,
      durationMs: 100,
    });

    test('has one holder, until it runs out or is given back', async () => {
      const { engine, other } = open();
      const [first, second] = [openSocialDatabase(engine), openSocialDatabase(other)];
      const held = await first.acquireLease(request('one holder', 'first', 1_000));
      if (!held) throw new Error('nobody has it');
      expect(await second.acquireLease(request('one holder', 'second', 1_099))).toBeUndefined();
      const renewed = await first.renewLease(held, { nowMs: 1_050, durationMs: 100 });
      expect(renewed.expiresMs).toBe(1_150);
      expect(await second.acquireLease(request('one holder', 'second', 1_149))).toBeUndefined();
      await first.releaseLease(renewed);
      const taken = await second.acquireLease(request('one holder', 'second', 1_149));
      expect(taken?.holder).toBe('second');
      await second.releaseLease(taken!);
    });

    test('that another has taken lets nothing be written', async () => {
      const { engine, other } = open();
      const [first, second] = [openSocialDatabase(engine), openSocialDatabase(other)];
      const held = await first.acquireLease(request('overtaken', 'first', 1_000));
      const taken = await second.acquireLease(request('overtaken', 'second', 1_100));
      if (!held || !taken) throw new Error('it had run out');
      const account = anAccount('leased');
      const late = first.writeHolding(held, (writer) => writer.addAccount(account));
      await expect(late).rejects.toThrow(LeaseLostError);
      await expect(first.renewLease(held, { nowMs: 1_101, durationMs: 100 })).rejects.toThrow(LeaseLostError);
      expect(await second.read((reader) => reader.account('leased'))).toBeUndefined();
      await first.releaseLease(held);
      expect(await second.writeHolding(taken, (writer) => writer.addAccount(account))).toBe(true);
      await second.releaseLease(taken);
    });

    test('goes to one of many who ask for it at once', async () => {
      const { engine, other } = open();
      const asked = ['a', 'b', 'c', 'd', 'e', 'f'].map((holder, index) =>
        openSocialDatabase(index % 2 ? engine : other).acquireLease(request('asked for', holder, 1_000)),
      );
      const granted = (await Promise.all(asked)).filter((lease) => lease !== undefined);
      expect(granted).toHaveLength(1);
      await openSocialDatabase(engine).releaseLease(granted[0]!);
    });
  });
}
