// Whoever waits for work is woken by a write that says so, in this process or another, and by the signal.
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { hostTurns } from '#databases/social/records/host-turns';
import type { OpenBed } from '../bed.ts';

export function wakingTests(open: OpenBed): void {
  describe('waiting for work ends', () => {
    const turn = { dueAt: 11, host: 'waking.example' };

    test.each(['this engine', 'another engine'])('with a write by %s', async (by) => {
      const { engine, other } = open();
      const writer = by === 'this engine' ? engine : other;
      const mark = await engine.mark();
      const ending = new AbortController();
      const woken = engine.untilChanged(mark, ending.signal);
      await writer.write(async ({ records, wake }) => {
        await records.insert(hostTurns, turn);
        wake();
      });
      await woken;
      expect(await engine.read((records) => records.get(hostTurns, turn))).toEqual(turn);
      await engine.write(({ records }) => records.remove(hostTurns, turn));
    });

    test('at once where the write came between the mark and the waiting', async () => {
      const { engine } = open();
      const mark = await engine.mark();
      await engine.write(async ({ records, wake }) => {
        await records.insert(hostTurns, turn);
        wake();
      });
      await engine.untilChanged(mark, new AbortController().signal);
      await engine.write(({ records }) => records.remove(hostTurns, turn));
    });

    test('with the signal, before or after it began', async () => {
      const { engine } = open();
      const mark = await engine.mark();
      await engine.untilChanged(mark, AbortSignal.abort());
      const ending = new AbortController();
      const waiting = engine.untilChanged(mark, ending.signal);
      await delay(5);
      ending.abort();
      await waiting;
    });

    test('and everything that was committed before a mark can be read', async () => {
      const { engine, other } = open();
      await other.write(({ records }) => records.insert(hostTurns, turn));
      await engine.mark();
      expect(await engine.read((records) => records.get(hostTurns, turn))).toEqual(turn);
      await engine.write(({ records }) => records.remove(hostTurns, turn));
    });
  });
}
