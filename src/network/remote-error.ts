// Why an exchange with another server failed, as one error with a reason that callers can act on.
import { ProtocolError } from '#support/errors';

export type RemoteFailure =
  /** No connection, or it broke. */
  | 'unreachable'
  /** It took too long. */
  | 'timeout'
  /** We do not go there: a private address, a forbidden scheme or port, a redirect too many. */
  | 'forbidden'
  /** It answered with an error; `remoteStatus` says which. */
  | 'status'
  /** The answer is larger than we read. */
  | 'tooLarge'
  /** It answered, with something that is not what was asked for. */
  | 'invalid';

export class RemoteError extends ProtocolError {
  readonly failure: RemoteFailure;
  /** The HTTP status that the other server answered with, where it did. */
  readonly remoteStatus: number | undefined;

  constructor(failure: RemoteFailure, message: string, remoteStatus?: number) {
    super('badGateway', message);
    this.name = 'RemoteError';
    this.failure = failure;
    this.remoteStatus = remoteStatus;
  }
}

/** What any error of an exchange comes to, as a `RemoteError`. */
export function toRemoteError(error: unknown, what: string): RemoteError {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    if (cause instanceof RemoteError) return cause;
    if ('code' in cause && /^Z_/.test(String(cause.code))) {
      return new RemoteError('invalid', `${what} was answered with data that cannot be unpacked`);
    }
    if (/Timeout/.test(cause.name)) return new RemoteError('timeout', `${what} took too long`);
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new RemoteError('unreachable', `${what} failed: ${reason}`);
}
