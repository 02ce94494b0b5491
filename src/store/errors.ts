// The store's errors carry FoundationDB's numbers in every engine, so that callers and tests speak of one list.
// Source: FoundationDB documentation, "Error codes".

export const storeErrors = {
  transactionTooOld: 1007,
  futureVersion: 1009,
  notCommitted: 1020,
  commitUnknownResult: 1021,
  transactionCancelled: 1025,
  transactionTimedOut: 1031,
  accessedUnreadable: 1036,
  processBehind: 1037,
  databaseLocked: 1038,
  clusterVersionChanged: 1039,
  commitProxyMemoryLimitExceeded: 1042,
  batchTransactionThrottled: 1051,
  grvProxyMemoryLimitExceeded: 1078,
  operationCancelled: 1101,
  tagThrottled: 1213,
  proxyTagThrottled: 1223,
  ioError: 1510,
  clientInvalidOperation: 2000,
  invertedRange: 2005,
  usedDuringCommit: 2017,
  transactionTooLarge: 2101,
  keyTooLarge: 2102,
  valueTooLarge: 2103,
  keyOutsideLegalRange: 2004,
} as const;

type StoreErrorCode = (typeof storeErrors)[keyof typeof storeErrors];

const retryable: ReadonlySet<number> = new Set([
  storeErrors.transactionTooOld,
  storeErrors.futureVersion,
  storeErrors.notCommitted,
  storeErrors.processBehind,
  storeErrors.databaseLocked,
  storeErrors.commitProxyMemoryLimitExceeded,
  storeErrors.batchTransactionThrottled,
  storeErrors.grvProxyMemoryLimitExceeded,
  storeErrors.tagThrottled,
  storeErrors.proxyTagThrottled,
]);

export class StoreError extends Error {
  readonly code: number;

  constructor(code: StoreErrorCode | number, message: string, options?: ErrorOptions) {
    super(`${message} (store error ${code})`, options);
    this.name = 'StoreError';
    this.code = code;
  }

  /** The transaction certainly did not commit, and trying it again may succeed. */
  get isRetryable(): boolean {
    return retryable.has(this.code);
  }

  /** It may or may not have committed. */
  get isOutcomeUnknown(): boolean {
    return this.code === storeErrors.commitUnknownResult || this.code === storeErrors.clusterVersionChanged;
  }
}
