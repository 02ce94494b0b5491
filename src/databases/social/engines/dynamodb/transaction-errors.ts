// Why a write on DynamoDB did not go through, for whoever runs its body again. Neither leaves the engine.

/** Another has changed, or is changing, what a write read and wants to change. Nothing was written. */
export class ConflictError extends Error {
  /** What the two met at, as `keyText` has it. */
  readonly key: string;

  constructor(key: string) {
    super(`a write met another at ${key}`);
    this.key = key;
  }
}

/** A write was sent and not answered, and what is there now does not say whether it was carried out. */
export class UnknownOutcomeError extends Error {}
