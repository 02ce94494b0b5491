// What became of a write that failed, for those who may not see the store: whether trying again could do it twice.
import { StoreError } from '#store/errors';

/** True where a write was given up without its being known whether it has been committed. */
export function mayHaveCommitted(error: unknown): boolean {
  return error instanceof StoreError && error.isOutcomeUnknown;
}
