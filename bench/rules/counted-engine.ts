// An engine that counts what goes through it: the rows that transactions read, and those that they write, with their
// bytes.
import type { Engine, EngineTransaction, Page } from '#store/contract';

export interface Traffic {
  rowsRead: number;
  rowsWritten: number;
  /** Of keys and values. */
  bytesWritten: number;
  rowsCleared: number;
}

/** The same engine; `traffic` counts all attempts, repeated ones too. */
export function countEngine(engine: Engine): { engine: Engine; traffic: Traffic } {
  const traffic: Traffic = { rowsRead: 0, rowsWritten: 0, bytesWritten: 0, rowsCleared: 0 };
  return {
    traffic,
    engine: {
      commitMayBeUnknown: engine.commitMayBeUnknown,
      failed: engine.failed,
      begin: () => countTransaction(engine.begin(), traffic),
      [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
    },
  };
}

type Method = (...args: unknown[]) => unknown;

/** What each method of a transaction adds to the count, of its arguments or of its answer. */
function counting(
  traffic: Traffic,
): Readonly<Record<string, (args: readonly unknown[], answer: unknown) => void>> {
  const write = (key: unknown, value: unknown): void => {
    traffic.rowsWritten++;
    traffic.bytesWritten += (key as Buffer).length + (value as Buffer).length;
  };
  return {
    get: (_args, answer) => {
      if (answer !== undefined) traffic.rowsRead++;
    },
    getRange: (_args, answer) => {
      traffic.rowsRead += (answer as Page).entries.length;
    },
    set: ([key, value]) => write(key, value),
    add: ([key, operand]) => write(key, operand),
    max: ([key, operand]) => write(key, operand),
    setStampedKey: ([key, , value]) => write(key, value),
    setStampedValue: ([key, value]) => write(key, value),
    clear: () => {
      traffic.rowsCleared++;
    },
  };
}

function countTransaction(transaction: EngineTransaction, traffic: Traffic): EngineTransaction {
  const counts = counting(traffic);
  return new Proxy(transaction, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name, target);
      // The reads without a conflict check are reads as well.
      if (name === 'snapshot') return countTransaction(found as EngineTransaction, traffic);
      if (typeof found !== 'function') return found;
      const count = Object.hasOwn(counts, name) ? counts[name as string] : undefined;
      return (...args: unknown[]): unknown => {
        const answer = (found as Method).apply(target, args);
        if (answer instanceof Promise && count) {
          return answer.then((value) => {
            count(args, value);
            return value;
          });
        }
        count?.(args, answer);
        return answer;
      };
    },
  });
}
