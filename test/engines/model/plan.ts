// Random plans for the model test: which of several concurrent transactions does what, step by step. Few keys, short
// values and overlapping ranges, so that transactions meet.
import fc from 'fast-check';

export interface TextRange {
  readonly begin: string;
  readonly end: string;
}

export type Action =
  | { readonly kind: 'get'; readonly key: string; readonly snapshot: boolean }
  | {
      readonly kind: 'range';
      readonly range: TextRange;
      readonly limit: number | undefined;
      readonly reverse: boolean;
      readonly snapshot: boolean;
    }
  | { readonly kind: 'set'; readonly key: string; readonly value: Buffer }
  | { readonly kind: 'clear'; readonly key: string }
  | { readonly kind: 'clearRange'; readonly range: TextRange }
  | { readonly kind: 'add' | 'max'; readonly key: string; readonly operand: Buffer }
  | { readonly kind: 'stampedKey'; readonly suffix: string; readonly value: Buffer }
  | { readonly kind: 'stampedValue'; readonly key: string }
  | { readonly kind: 'readConflict' | 'writeConflict'; readonly range: TextRange }
  | { readonly kind: 'watch'; readonly key: string };

export type Step =
  | { readonly kind: 'act'; readonly slot: number; readonly action: Action }
  | { readonly kind: 'commit' | 'cancel'; readonly slot: number }
  /** Waits until every commit that was asked for has been answered. */
  | { readonly kind: 'settle' };

/** Stamped keys lie under this one. */
export const stampedPrefix = 's';
const keys = ['a', 'aa', 'b', 'c', 'd', 'e', 'f', 'f\xfe'];
const bounds = ['', 'a', 'b', 'c', 'd\0', 'e', 'g', 's', 't', '\xff'];

const key = fc.constantFrom(...keys);
const value = fc.uint8Array({ maxLength: 3 }).map((bytes) => Buffer.from(bytes));
const range = fc
  .uniqueArray(fc.nat(bounds.length - 1), { minLength: 2, maxLength: 2 })
  .map((pair) => pair.toSorted((one, other) => one - other))
  .map(([begin, end]): TextRange => ({ begin: bounds[begin!]!, end: bounds[end!]! }));
const snapshot = fc.boolean();

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('get' as const), key, snapshot }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('range' as const),
      range,
      limit: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
      reverse: fc.boolean(),
      snapshot,
    }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('set' as const), key, value }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('clear' as const), key }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('clearRange' as const), range }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('add' as const, 'max' as const), key, operand: value }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('stampedKey' as const),
      suffix: fc.constantFrom('x', 'y'),
      value,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('stampedValue' as const), key }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('readConflict' as const, 'writeConflict' as const),
      range,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('watch' as const), key }) },
);

export const slots = 4;
const slot = fc.nat(slots - 1);

export const plan: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.record({ kind: fc.constant('act' as const), slot, action }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('commit' as const), slot }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), slot }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('settle' as const) }) },
  ),
  { minLength: 1, maxLength: 60, size: 'max' },
);
