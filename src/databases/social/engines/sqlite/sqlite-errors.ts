// What the errors of SQLite mean to those who wait. https://www.sqlite.org/rescode.html
import type { SqliteFailure } from '#databases/social/engines/sqlite/sqlite-messages';
import { ProtocolError } from '#support/errors';

/** Other processes have kept the file to themselves for too long: the transaction has done nothing and can be run again. */
export class SqliteBusyError extends Error {}

/** A constraint has failed: of a place that another process has drawn at the same moment. */
export class SqliteConstraintError extends Error {}

/** Primary result codes, which are the lowest byte of every extended one. */
const busy = 5;
const locked = 6;
const constraint = 19;
const whyUnavailable: { readonly [code: number]: string } = {
  7: 'there is no memory for it',
  8: 'it is read-only',
  10: 'its disk cannot be read or written',
  11: 'it is damaged',
  13: 'its disk is full',
  14: 'it cannot be opened',
  26: 'it is no database of SQLite',
};

/** `name` is the database for people: `sqlite:hearth.sqlite`. */
export function sqliteError(name: string, { code, message }: SqliteFailure): Error {
  const primary = code === undefined ? undefined : code & 0xff;
  if (primary === busy || primary === locked) return new SqliteBusyError(message);
  if (primary === constraint) return new SqliteConstraintError(message);
  const why = primary === undefined ? undefined : whyUnavailable[primary];
  return why === undefined ? new Error(`${name}: ${message}`) : unavailable(name, why);
}

export function unavailable(name: string, why: string): ProtocolError {
  return new ProtocolError('unavailable', `The social records in ${name} cannot be had: ${why}.`);
}
