// Sends requests to DynamoDB until they are answered: what was throttled or got lost is sent again after a growing, random
// while. Where a conditional write is refused it matters whether an earlier try of the same may have been carried out.
import type { Call, RequestName, Requests } from '#databases/social/engines/dynamodb/dynamodb-call';
import type { Clock } from '#support/clock';
import { ProtocolError } from '#support/errors';
import { dynamodbAttemptsMax, dynamodbBackoffMsMax, dynamodbBackoffMsMin } from '#support/limits';
import type { Random } from '#support/random';

/** The condition of a write does not hold. */
export class RefusedError extends Error {
  /** An earlier try went unanswered: it may be the write itself that the condition stumbles over. */
  readonly isDoubtful: boolean;

  constructor(isDoubtful: boolean) {
    super('the condition of a write does not hold');
    this.isDoubtful = isDoubtful;
  }
}

/** A table or an index of one is not there. */
export class NoTableError extends Error {}

const throttled = new Set([
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
]);

/** Errors of the service's that repeating does not change. */
const final = new Set([
  'AccessDeniedException',
  'CredentialsProviderError',
  'ExpiredTokenException',
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'ResourceInUseException',
  'UnrecognizedClientException',
]);

/** Waits before the next try: longer each time, and never as long as others who began at the same moment. */
export async function backOff(parts: BackOffParts, attempt: number): Promise<void> {
  const ceiling = Math.min(dynamodbBackoffMsMax, dynamodbBackoffMsMin * 2 ** Math.min(attempt, 20));
  await parts.clock.sleep(ceiling * (0.5 + parts.random.bytes(2).readUInt16BE(0) / 131_072));
}

export interface BackOffParts {
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * A `Call` that repeats what may be repeated.
 * @throws RefusedError, NoTableError; ProtocolError tooLarge for what DynamoDB does not hold, unavailable where it cannot
 * be had: a write may then have been carried out
 */
export function sendingTo(call: Call, parts: BackOffParts): Call {
  return async <N extends RequestName>(name: N, input: Requests[N]['input']) => {
    let isDoubtful = false;
    for (let attempt = 1; ; attempt++) {
      try {
        return await call(name, input);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        if (error.name === 'ConditionalCheckFailedException') throw new RefusedError(isDoubtful);
        if (error.name === 'ResourceNotFoundException')
          throw new NoTableError(error.message, { cause: error });
        if (error.name === 'ValidationException') throw invalid(error);
        if (final.has(error.name) || attempt >= dynamodbAttemptsMax) throw unavailable(error);
        if (!throttled.has(error.name)) isDoubtful = true;
      }
      await backOff(parts, attempt);
    }
  };
}

function invalid(error: Error): Error {
  // "Item size has exceeded the maximum allowed size", "Item size to update has exceeded the maximum allowed size"
  if (/size.*exceeded/i.test(error.message)) {
    return new ProtocolError('tooLarge', 'A record is larger than DynamoDB keeps.');
  }
  return error;
}

function unavailable(error: Error): ProtocolError {
  const failure = new ProtocolError('unavailable', `DynamoDB cannot be had: ${error.message || error.name}`);
  failure.cause = error;
  return failure;
}
