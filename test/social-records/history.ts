// Random histories of one record type: transactions that put, insert and remove records, some of which are given up.
import fc from 'fast-check';
import type { RecordEngine } from '#databases/social/record-engine';
import { arbitraryRecord, arbitraryTexts } from './arbitrary-records.ts';
import { type ModelRecords, UniqueTaken } from './model.ts';
import {
  type AnyRecord,
  nameOf,
  pick,
  type RawTexts,
  type RawType,
  type RawWriter,
  writeRaw,
} from './raw-records.ts';

type Step =
  | { readonly does: 'put' | 'insert'; readonly record: AnyRecord; readonly texts: RawTexts }
  | { readonly does: 'remove'; readonly record: AnyRecord };

export interface Attempt {
  readonly steps: readonly Step[];
  /** The body throws at its end. */
  readonly isGivenUp: boolean;
}

export function arbitraryHistory(type: RawType, transactions: number): fc.Arbitrary<Attempt[]> {
  const record = arbitraryRecord(type);
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ does: fc.constant('put' as const), record, texts: arbitraryTexts(type) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ does: fc.constant('insert' as const), record, texts: arbitraryTexts(type) }),
    },
    { weight: 2, arbitrary: fc.record({ does: fc.constant('remove' as const), record }) },
  );
  // A transaction touches each record once: it does not remove what it has stored.
  const steps = fc.uniqueArray(step, {
    minLength: 1,
    maxLength: 4,
    selector: (taken) => nameOf(type.key, taken.record),
  });
  const attempt = fc.record({ steps, isGivenUp: fc.constant(false) });
  const givenUp = fc.record({ steps, isGivenUp: fc.constant(true) });
  return fc.array(fc.oneof({ weight: 6, arbitrary: attempt }, { weight: 1, arbitrary: givenUp }), {
    minLength: transactions,
    maxLength: transactions,
    size: 'max',
  });
}

export class GivenUp extends Error {}

export type Outcome =
  | { readonly answers: readonly unknown[] }
  | { readonly refused: 'conflict' | 'given up' };

/** What an attempt comes to, and the model after it. */
export function foretell(
  model: ModelRecords,
  type: RawType,
  { steps, isGivenUp }: Attempt,
): { readonly after: ModelRecords; readonly outcome: Outcome } {
  const after = model.copy();
  const answers: unknown[] = [];
  try {
    for (const step of steps) {
      const key = pick(type.key, step.record);
      if (step.does === 'remove') answers.push(after.remove(type, key));
      else if (isInsert(type, step, after.get(type, key) !== undefined))
        after.put(type, step.record, step.texts);
      else answers.push(after.put(type, step.record, step.texts), step.record);
    }
  } catch (error) {
    if (error instanceof UniqueTaken) return { after: model, outcome: { refused: 'conflict' } };
    throw error;
  }
  return isGivenUp ? { after: model, outcome: { refused: 'given up' } } : { after, outcome: { answers } };
}

/** What is known to be new, and has no unique values, may be inserted. */
function isInsert(type: RawType, step: Step, isKnown: boolean): boolean {
  return step.does === 'insert' && !isKnown && Object.keys(type.unique).length === 0;
}

/** Carries an attempt out. Reads back what it has written, by key. */
export async function carryOut(
  engine: RecordEngine,
  before: ModelRecords,
  type: RawType,
  { steps, isGivenUp }: Attempt,
): Promise<Outcome> {
  const body = async (records: RawWriter): Promise<unknown[]> => {
    const answers: unknown[] = [];
    for (const step of steps) {
      const key = pick(type.key, step.record);
      if (step.does === 'remove') answers.push(await records.remove(type, key));
      else if (isInsert(type, step, before.get(type, key) !== undefined)) {
        await records.insert(type, step.record, step.texts);
      } else {
        answers.push(await records.put(type, step.record, step.texts), await records.get(type, key));
      }
    }
    if (isGivenUp) throw new GivenUp();
    return answers;
  };
  try {
    return { answers: await writeRaw(engine, body) };
  } catch (error) {
    if (error instanceof GivenUp) return { refused: 'given up' };
    if ((error as { kind?: unknown }).kind === 'conflict') return { refused: 'conflict' };
    throw error;
  }
}
