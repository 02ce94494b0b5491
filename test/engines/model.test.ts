// Random concurrent transactions on the embedded engines against a plain map.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLevelEngine } from '#store/engines/level';
import { openMemoryEngine } from '#store/engines/memory';
import { plan } from './model/plan.ts';
import { checkModel, checkPlan } from './model.ts';

describe('random concurrent transactions are serializable in the order of their stamps', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hearth-model-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  test('on the memory engine', async () => {
    await using engine = openMemoryEngine();
    await checkModel(engine, { runs: 500 });
  });

  test('on the LevelDB engine', async () => {
    await using engine = await openLevelEngine(join(directory, 'one'));
    await checkModel(engine, { runs: 150 });
  });

  test('and LevelDB has the same when it is opened again', async () => {
    const path = join(directory, 'again');
    await fc.assert(
      fc.asyncProperty(plan, async (steps) => {
        const engine = await openLevelEngine(path);
        const run = await checkPlan(engine, steps);
        const before = await run.readAll(engine);
        await engine[Symbol.asyncDispose]();
        await using reopened = await openLevelEngine(path);
        expect(await run.readAll(reopened)).toEqual(before);
      }),
      { numRuns: 30 },
    );
  });
});
