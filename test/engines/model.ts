// The property that every engine has: random concurrent transactions are explained by a plain map to which those that
// committed are applied one after the other, in the order of their stamps.
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Engine } from '#store/contract';
import { testPrefix } from './conformance/bed.ts';
import { judge } from './model/judge.ts';
import { entriesOf } from './model/oracle.ts';
import { plan, type Step } from './model/plan.ts';
import { PlanRun } from './model/run-plan.ts';

/** Time for watches that were triggered to be told: turns of the event loop, or longer where a network is between. */
export type AwaitWatches = () => Promise<void>;

export async function checkModel(
  engine: Engine,
  options: { readonly runs: number; readonly awaitWatches?: AwaitWatches },
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(plan, async (steps) => {
      await checkPlan(engine, steps, options.awaitWatches);
    }),
    // Where one has to wait for watches, looking for a smaller plan that fails too would take too long.
    { numRuns: options.runs, endOnFailure: options.awaitWatches !== undefined },
  );
}

/** One plan, under a prefix of its own. */
export async function checkPlan(
  engine: Engine,
  steps: readonly Step[],
  awaitWatches = turns,
): Promise<PlanRun> {
  const run = new PlanRun(engine, Buffer.concat([Buffer.from(testPrefix), randomBytes(8), Buffer.from('/')]));
  await run.run(steps);
  await awaitWatches();
  const final = judge(run.attempts);
  expect(await run.readAll()).toEqual(entriesOf(final, { begin: '', end: '\xff' }, false));
  return run;
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
