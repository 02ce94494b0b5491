import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OrderedMap } from '#store/engines/embedded/ordered-map';

interface Value {
  readonly number: number;
}

function read(map: OrderedMap<Value>, begin: string, end: string, reverse: boolean): [string, number][] {
  const found: [string, number][] = [];
  map.scan(begin, end, reverse, (key, value) => found.push([key, value.number]) > 0);
  return found;
}

function expected(
  entries: Map<string, number>,
  begin: string,
  end: string,
  reverse: boolean,
): [string, number][] {
  const found = [...entries].filter(([key]) => key >= begin && key < end);
  found.sort(([one], [other]) => (one < other ? -1 : 1));
  return reverse ? found.reverse() : found;
}

const key = fc.integer({ min: 0, max: 600 }).map((number) => `k${number}`);
const step = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('set' as const), key }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('delete' as const), key }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deleteAll' as const), key }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('floor' as const), key }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('scan' as const), key, end: key, reverse: fc.boolean() }),
  },
);

test('it is a map, and scans it in order, whatever was set and deleted between', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 1_500, size: 'max' }), (steps) => {
      const map = new OrderedMap<Value>();
      const entries = new Map<string, number>();
      for (const [number, action] of steps.entries()) {
        if (action.kind === 'set') {
          map.set(action.key, { number });
          entries.set(action.key, number);
        } else if (action.kind === 'delete') {
          map.delete(action.key);
          entries.delete(action.key);
        } else if (action.kind === 'deleteAll') {
          for (const gone of [...entries.keys()]) map.delete(gone);
          entries.clear();
        } else if (action.kind === 'floor') {
          const [below] = expected(entries, '', `${action.key}\0`, true);
          expect(map.floor(action.key)?.key).toBe(below?.[0]);
        } else {
          const { key: begin, end, reverse } = action;
          expect(read(map, begin, end, reverse)).toEqual(expected(entries, begin, end, reverse));
        }
      }
      expect(map.size).toBe(entries.size);
      expect(read(map, '', '\xff', false)).toEqual(expected(entries, '', '\xff', false));
    }),
    { numRuns: 60 },
  );
});

test('a scan stops when it is told to', () => {
  const map = new OrderedMap<Value>();
  for (let number = 0; number < 1_000; number++) map.set(String(number).padStart(4, '0'), { number });
  const seen: string[] = [];
  map.scan('0500', '9', false, (key) => seen.push(key) < 3);
  expect(seen).toEqual(['0500', '0501', '0502']);
  map.scan('', '0500', true, (key) => seen.push(key) < 6);
  expect(seen.slice(3)).toEqual(['0499', '0498', '0497']);
});
