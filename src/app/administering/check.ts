// `check`: what each database says of its own consistency, in words.
import type { AdministrationImplementation } from '#app/administration';
import type { DatabaseName } from '#app/administration/databases';
import type { CheckReport, Difference } from '#support/difference';
import { ProtocolError } from '#support/errors';

/** How the databases check themselves: in one go that is repeated while writes come in, or page by page, with the
 * number of rows read at the end. */
export type Check =
  | (() => Promise<{ readonly value: CheckReport; readonly steady: boolean }>)
  | (() => AsyncGenerator<Difference, number>);

export function administerChecks(
  checks: Readonly<Record<DatabaseName, Check>>,
): Pick<AdministrationImplementation, 'check'> {
  return {
    async check({ database }) {
      const checked = checks[database]();
      if (Symbol.asyncIterator in checked) {
        const differences: string[] = [];
        for (;;) {
          const { done, value } = await checked.next();
          if (done) return { rowsRead: value, differences };
          differences.push(inWords(value));
        }
      }
      const { value, steady } = await checked;
      if (!steady && value.differences.length > 0) {
        throw new ProtocolError(
          'unavailable',
          'The server is too busy to be checked: stop it, or try again.',
        );
      }
      return { rowsRead: value.rowsRead, differences: value.differences.map(inWords) };
    },
  };
}

function inWords({ table, key, expected, found }: Difference): string {
  const there = found === undefined ? 'is missing' : `is there${found && `: ${found}`}`;
  const right = expected === undefined ? 'should not be' : `should be there${expected && `: ${expected}`}`;
  return `${table} (${key}) ${there}, and ${right}`;
}
