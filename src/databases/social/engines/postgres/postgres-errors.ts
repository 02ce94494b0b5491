// What the errors of PostgreSQL mean to those who wait. https://www.postgresql.org/docs/current/errcodes-appendix.html
import { DatabaseError } from 'pg';
import { ProtocolError } from '#support/errors';

/** Others have come before: the transaction has done nothing and can be run again. */
export class PostgresConflictError extends Error {}

/** The connection has been lost, or could not be had; the message says why, as a part of a sentence. */
export class PostgresConnectionError extends Error {}

/** Serialization failure, deadlock, and a unique value that another has taken since it was looked for. */
const conflicts: ReadonlySet<string> = new Set(['40001', '40P01', '23505']);
/** Connection exceptions, shutdowns, time limits of sessions, and a server that takes no more connections. */
const disconnections = /^(?:08|57P0|25P03|53300)/;
const whyDisconnected: { readonly [code: string]: string } = {
  '53300': 'it takes no more connections',
  '57P01': 'it has been told to end the connection',
  '57P02': 'it has crashed',
  '57P03': 'it is starting or stopping',
};
const whyUnavailable: { readonly [code: string]: string } = {
  '0A000': 'it cannot do what is needed, as a standby cannot',
  '25006': 'it is read-only',
  '28000': 'it does not let us in',
  '28P01': 'its password is wrong',
  '3D000': 'there is no such database',
  '42501': 'we may not do there what is needed',
  '53100': 'its disk is full',
  '53200': 'it has no memory left',
  '55P03': 'it is locked by others',
  '57014': 'it took too long',
  '58030': 'its disk cannot be read or written',
};

/**
 * `name` is the database for people. The error never holds a password, a value that was stored or asked for, or the error
 * of the server, which may have values in its details.
 */
export function postgresError(name: string, error: unknown): Error {
  if (error instanceof TypeError) return error;
  if (!(error instanceof DatabaseError)) return new PostgresConnectionError(whyUnreachable(error));
  const { code = '' } = error;
  if (conflicts.has(code)) return new PostgresConflictError(`others came first (${code})`);
  if (disconnections.test(code)) {
    return new PostgresConnectionError(whyDisconnected[code] ?? `it has ended the connection (${code})`);
  }
  const why = whyUnavailable[code];
  if (why !== undefined) return unavailable(name, why);
  // Errors of syntax and names quote the statement, which has no values; others may quote what they were given.
  const quoted = code.startsWith('42') ? `: ${error.message}` : '';
  return new Error(`${name} refused a statement (${code})${quoted}`);
}

/** What a socket or TLS says of itself; a host that has several addresses gives an error for each, and no message. */
function whyUnreachable(error: unknown): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return `it cannot be reached (${String(code ?? message)})`;
}

export function unavailable(name: string, why: string): ProtocolError {
  return new ProtocolError('unavailable', `The social records in ${name} cannot be had: ${why}.`);
}
