// Two back ends side by side: whatever is changed in both, what the domain then reads from one it reads from the other.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openSocialDatabase } from '#databases/social/social-database';
import type { BackEnd } from './bed.ts';
import { rawTypes, scanAll, wipe } from './raw-records.ts';
import { arbitraryOperation, type Operation, type Side } from './side-by-side/operations.ts';
import { viewOf } from './side-by-side/view.ts';

export interface SideBySideSize {
  readonly runs: number;
  readonly operations: number;
  /** After how many operations everything is compared. */
  readonly step: number;
  readonly durationMsMax: number;
}

/** For engines that store thousands of records in a second, for those that store a hundred or so, and for soaks. */
export const fastHistories: SideBySideSize = { runs: 3, operations: 60, step: 20, durationMsMax: 60_000 };
export const slowHistories: SideBySideSize = { runs: 1, operations: 40, step: 20, durationMsMax: 60_000 };
export const longHistories: SideBySideSize = { runs: 30, operations: 120, step: 10, durationMsMax: 600_000 };
export const longSlowHistories: SideBySideSize = { ...longHistories, runs: 10, step: 40 };

export function describeSideBySide(left: BackEnd, right: BackEnd, size: SideBySideSize): void {
  test(`${left.name} and ${right.name} agree on every query after random histories`, {
    timeout: size.durationMsMax,
  }, async () => {
    await using stack = new AsyncDisposableStack();
    const open = async (backEnd: BackEnd): Promise<Side> => {
      const engine = await stack.use(await backEnd.openData()).open();
      return { engine, database: openSocialDatabase(engine) };
    };
    const both = [await open(left), await open(right)] as const;
    const operations = fc.array(arbitraryOperation, {
      minLength: 1,
      maxLength: size.operations,
      size: 'max',
    });
    const agree = fc.asyncProperty(operations, async (drawn) => {
      await Promise.all(both.map(empty));
      for (const [index, operation] of drawn.entries()) {
        const [first, second] = await Promise.all(both.map((side) => outcomeOf(operation, side)));
        expect(second, operation.name).toEqual(first);
        if ((index + 1) % size.step === 0) await expectSameViews(both, operation.name);
      }
      for (const { engine } of both) expect(await Array.fromAsync(engine.check())).toEqual([]);
    });
    await fc.assert(agree, { numRuns: size.runs, endOnFailure: size.runs < 3 });
  });
}

async function empty({ engine }: Side): Promise<void> {
  for (const type of rawTypes) await wipe(engine, type);
}

async function outcomeOf({ run }: Operation, side: Side): Promise<unknown> {
  try {
    return { answer: await run(side) };
  } catch (error) {
    const { kind } = error as { kind?: unknown };
    if (kind === undefined) throw error;
    return { refused: kind };
  }
}

async function expectSameViews([left, right]: readonly [Side, Side], after: string): Promise<void> {
  const [first, second] = await Promise.all([left, right].map(({ database }) => database.read(viewOf)));
  expect(second, after).toEqual(first);
  for (const type of rawTypes) {
    const [some, others] = await Promise.all([left, right].map(({ engine }) => scanAll(engine, type)));
    expect(sortedJson(others!), `${type.name} after ${after}`).toEqual(sortedJson(some!));
  }
}

function sortedJson(values: readonly unknown[]): string[] {
  return values.map((value) => JSON.stringify(sortedKeys(value))).toSorted();
}

/** Back ends give fields in orders of their own. */
function sortedKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
}
