// Calls of the administration by name: checked on the way in, whoever asks, and made into a table of functions again
// on the side that asks.
import {
  type Administration,
  type AdministrationImplementation,
  administrationMethods,
  isAdministrationMethod,
} from '#app/administration';
import { ProtocolError } from '#support/errors';

/** Answers a call by method name with an input that nobody has looked at yet. */
export type AdministrationCall = (method: string, input: unknown) => Promise<unknown>;

/**
 * The implementation behind its checks.
 * @throws ProtocolError unrecognized for an unknown method, invalidParam naming a field for a wrong input
 */
export function callsOf(implementation: AdministrationImplementation): AdministrationCall {
  return async (method, input) => {
    if (!isAdministrationMethod(method)) {
      throw new ProtocolError('unrecognized', `There is no administration method ${method}.`);
    }
    const checked = administrationMethods[method].input.safeParse(input);
    if (!checked.success) {
      const issue = checked.error.issues[0];
      const message = issue?.message.replace(/^Invalid input: /, '') ?? 'invalid';
      throw new ProtocolError('invalidParam', `The value of "${issue?.path.join('.') ?? ''}": ${message}.`);
    }
    const answer = implementation[method] as (input: unknown) => Promise<unknown>;
    return answer(checked.data);
  };
}

/** The table of functions over calls by name; answers from another process are checked as well. */
export function administrationOver(call: AdministrationCall): Administration {
  const entries = Object.entries(administrationMethods).map(([method, { output }]) => [
    method,
    async (input: unknown) => output.parse(await call(method, input)),
  ]);
  return Object.fromEntries(entries) as Administration;
}
