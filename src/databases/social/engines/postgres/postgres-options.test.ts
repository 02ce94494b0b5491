// What of a URI reaches the driver, and what every session is told beside it.
import pg from 'pg';
import { expect, test } from 'vitest';
import { postgresOptions } from '#databases/social/engines/postgres/postgres-options';

/** Where the driver takes a connection to, and as whom. */
const clientOf = (uri: string) => new pg.Client(postgresOptions(uri));

const parametersOf = (uri: string) => new URL(postgresOptions(uri).connectionString ?? '').searchParams;

test('user, password, host and database stand in the URI, whatever signs they have', () => {
  const { user, password, host, port, database } = clientOf(
    'postgres://us%40er:p%2Bs%20s+w%2Ford@db.example:6543/hearth?application_name=ours',
  );
  expect({ user, password, host, port, database }).toEqual({
    user: 'us@er',
    password: 'p+s s+w/ord',
    host: 'db.example',
    port: 6543,
    database: 'hearth',
  });
});

test('every session writes only in transactions that say so, and keeps the options of the URI', () => {
  expect(parametersOf('postgres://db.example/hearth').get('options')).toMatch(
    /^-c default_transaction_read_only=on /,
  );
  expect(parametersOf('postgres://db.example/hearth?options=-c%20search_path%3Dours').get('options')).toMatch(
    /^-c search_path=ours -c default_transaction_read_only=on /,
  );
});

test('modes of TLS mean what they mean in libpq', () => {
  const ssl = (query: string) => clientOf(`postgres://db.example/hearth${query}`).ssl;
  expect(ssl('')).toBe(false);
  expect(ssl('?sslmode=disable')).toBe(false);
  expect(ssl('?sslmode=require')).toEqual({ rejectUnauthorized: false });
  expect(ssl('?sslmode=verify-full')).toEqual({});
  expect(() => ssl('?sslmode=verify-ca')).toThrow('sslrootcert');
});
