// What a store is, in the simplest form: a map from byte strings to values, and what each action makes of it. Nothing
// here is shared with the engines.
import { type Action, stampedPrefix, type TextRange } from './plan.ts';

export type State = ReadonlyMap<string, Buffer>;
export type WorkingState = Map<string, Buffer>;

/** The stamp of transactions whose commit never came: their stamped rows are never looked at. */
export const noStamp = '00'.repeat(10);

/** What an action makes of a state, for a transaction with this stamp (20 hex digits). */
export function applyAction(state: WorkingState, action: Action, stamp: string): void {
  switch (action.kind) {
    case 'set':
      state.set(action.key, action.value);
      return;
    case 'clear':
      state.delete(action.key);
      return;
    case 'clearRange':
      for (const key of [...state.keys()]) if (isWithin(key, action.range)) state.delete(key);
      return;
    case 'add':
      state.set(action.key, littleEndian(asNumber(state, action) + numberOf(action.operand), action.operand));
      return;
    case 'max': {
      const stored = asNumber(state, action);
      const operand = numberOf(action.operand);
      const keepsStored = stored >= operand;
      state.set(action.key, littleEndian(keepsStored ? stored : operand, action.operand));
      return;
    }
    case 'stampedKey':
      state.set(stampedKey(action.suffix, stamp), action.value);
      return;
    case 'stampedValue':
      state.set(action.key, Buffer.from(stamp, 'hex'));
      return;
    default:
      return;
  }
}

export function stampedKey(suffix: string, stamp: string): string {
  return `${stampedPrefix}${Buffer.from(stamp, 'hex').toString('latin1')}${suffix}`;
}

/** The entries of a range in reading order. */
export function entriesOf(state: State, range: TextRange, reverse: boolean): [string, Buffer][] {
  const keys = [...state.keys()].filter((key) => isWithin(key, range)).sort();
  if (reverse) keys.reverse();
  return keys.map((key) => [key, state.get(key)!]);
}

export function isWithin(key: string, { begin, end }: TextRange): boolean {
  return key >= begin && key < end;
}

function asNumber(state: State, { key, operand }: { key: string; operand: Buffer }): bigint {
  return numberOf((state.get(key) ?? Buffer.alloc(0)).subarray(0, operand.length));
}

function numberOf(bytes: Buffer): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex') || '0'}`);
}

/** The number in as many bytes as `operand` has, wrapping. */
function littleEndian(number: bigint, operand: Buffer): Buffer {
  const wrapped = BigInt.asUintN(operand.length * 8, number);
  if (operand.length === 0) return Buffer.alloc(0);
  return Buffer.from(wrapped.toString(16).padStart(operand.length * 2, '0'), 'hex').reverse();
}
