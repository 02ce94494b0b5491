// Every declared type through random histories: after each of them, every query answers as the model does.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OpenBed, SuiteSize } from '../bed.ts';
import { expectAnswers } from '../expect-answers.ts';
import { arbitraryHistory, carryOut, foretell } from '../history.ts';
import { ModelRecords } from '../model.ts';
import { rawTypes, wipe } from '../raw-records.ts';

export function historyTests(open: OpenBed, { runs, transactions, leads, bounds }: SuiteSize): void {
  describe('answers every query as the model does, through random histories of', () => {
    test.each(rawTypes.map((type) => [type.name, type] as const))('%s', async (_name, type) => {
      const { engine } = open();
      const history = fc.asyncProperty(arbitraryHistory(type, transactions), async (attempts) => {
        await wipe(engine, type);
        let model = new ModelRecords();
        for (const attempt of attempts) {
          const { after, outcome } = foretell(model, type, attempt);
          expect(await carryOut(engine, model, type, attempt)).toEqual(outcome);
          model = after;
        }
        await expectAnswers(engine, model, type, { leads, bounds });
      });
      await fc.assert(history, { numRuns: runs, endOnFailure: runs === 1 });
      await wipe(engine, type);
      await expectAnswers(engine, new ModelRecords(), type, { leads, bounds });
    });

    test('all of them, and the check finds nothing amiss', async () => {
      expect(await Array.fromAsync(open().engine.check())).toEqual([]);
    });
  });
}
