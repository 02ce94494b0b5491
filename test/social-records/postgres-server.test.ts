// PostgreSQL as a server among others: processes that tell each other of work, transactions that are asked after, sessions
// that cannot write by accident, and errors that hold no secret.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBackEnd, openSocialTables } from '#app/social-records';
import { openPostgresDatabase } from '#databases/social/engines/postgres/open-postgres-database';
import { postgresOptions } from '#databases/social/engines/postgres/postgres-options';
import {
  incarnationQuery,
  numberQuery,
  transactionOutcome,
} from '#databases/social/engines/postgres/transaction-outcome';
import type { SqlConnection } from '#databases/social/engines/sql/sql-database';
import { hostTurns } from '#databases/social/records/host-turns';
import { likes } from '#databases/social/records/likes';
import { type Clock, systemClock } from '#support/clock';
import { recordPollMs } from '#support/limits';
import { silentLogger } from '#support/logging';
import { systemRandom } from '#support/random';
import { hasPostgres, type PostgresServer, startPostgres } from '#test/fixtures/postgres-server';
import { openEngineAt } from './open-data.ts';
import { aLike } from './some-records.ts';

const parts = {
  openStore: () => Promise.reject(new Error('there is no store')),
  clock: systemClock,
  random: systemRandom,
  logger: silentLogger,
};

/** Time in which nobody looks of himself: only word of others ends the waiting. */
const clockWithoutPolls: Clock = {
  now: systemClock.now,
  sleep: (durationMs, signal) =>
    durationMs === recordPollMs
      ? new Promise((resolve) => signal?.addEventListener('abort', () => resolve()))
      : systemClock.sleep(durationMs, signal),
};

describe.runIf(hasPostgres())('PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test('carries word of work from one process to another, also after the listener was thrown out', async () => {
    await using stack = new AsyncDisposableStack();
    const uri = await server.createDatabase();
    const waiter = stack.use(await openBackEnd(uri, { ...parts, clock: clockWithoutPolls })).engine;
    const writer = stack.use(await openEngineAt(uri));
    const admin = await connected(uri);
    stack.defer(() => admin.end());
    await waiter.mark();
    for (let round = 0; round < 3; round++) {
      await untilListening(admin);
      const mark = await waiter.mark();
      const woken = waiter.untilChanged(mark, new AbortController().signal);
      await writer.write(async ({ records, wake }) => {
        await records.insert(hostTurns, { dueAt: round, host: 'word.example' });
        wake();
      });
      await woken;
      await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where ${listening}`);
    }
  });

  test('sends its last word before it closes', async () => {
    await using stack = new AsyncDisposableStack();
    const uri = await server.createDatabase();
    const waiter = stack.use(await openBackEnd(uri, { ...parts, clock: clockWithoutPolls })).engine;
    const admin = await connected(uri);
    stack.defer(() => admin.end());
    await waiter.mark();
    await untilListening(admin);
    const woken = waiter.untilChanged(await waiter.mark(), new AbortController().signal);
    const writer = await openEngineAt(uri);
    await writer.write(async ({ records, wake }) => {
      await records.insert(hostTurns, { dueAt: 1, host: 'last.example' });
      wake();
    });
    await writer[Symbol.asyncDispose]();
    await woken;
  });

  test('says what became of a transaction, and is not deceived by numbers that are given out again', async () => {
    await using stack = new AsyncDisposableStack();
    const uri = await server.createDatabase();
    const client = await connected(uri);
    const other = await connected(uri);
    stack.defer(() => client.end());
    stack.defer(() => other.end());
    const one = async (text: string) => String(Object.values((await client.query(text)).rows[0])[0]);
    const asked: SqlConnection = {
      run: async (text, values) =>
        (await other.query<unknown[]>({ text, values: [...values], rowMode: 'array' })).rows,
    };
    const incarnation = await one(incarnationQuery);
    await client.query('begin');
    const committed = { number: await one(numberQuery), incarnation };
    expect(await transactionOutcome(asked, committed)).toBe('in progress');
    await client.query('commit');
    expect(await transactionOutcome(asked, committed)).toBe('committed');
    await client.query('begin');
    const aborted = { number: await one(numberQuery), incarnation };
    await client.query('rollback');
    expect(await transactionOutcome(asked, aborted)).toBe('aborted');
    const future = { number: String(BigInt(aborted.number) + 1_000n), incarnation };
    expect(await transactionOutcome(asked, future)).toBe('aborted');
    // A crash came between, and the number is younger than the server since: it is another's that was committed.
    const before = { ...committed, incarnation: 'before the crash' };
    expect(await transactionOutcome(asked, before)).toBe('aborted');
    // It is older than what the server remembered when it came back: it is ours.
    await client.query('checkpoint');
    expect(await transactionOutcome(asked, before)).toBe('committed');
    await client.end();
    await other.end();
    await server.stop('crash');
    await server.start();
    const again = await connected(uri);
    stack.defer(() => again.end());
    expect(String((await again.query(incarnationQuery)).rows[0].incarnation)).not.toBe(incarnation);
  });

  test('lets nothing be written outside of a transaction', async () => {
    const client = new pg.Client(postgresOptions(await server.createDatabase()));
    await client.connect();
    await expect(client.query('create table stray (id int)')).rejects.toMatchObject({ code: '25006' });
    await client.end();
  });

  test('is refused in one sentence without the password, where it is away or lets nobody in', async () => {
    const { port } = new URL(await server.createDatabase());
    const refused = async (uri: string) => {
      const error = await openEngineAt(uri).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: 'ProtocolError', kind: 'unavailable' });
      const { message, stack } = error as Error;
      expect(`${stack} ${JSON.stringify(error)}`).not.toMatch(/secret|alice/);
      expect(message).toMatch(
        /^The social records in postgres:\/\/127\.0\.0\.1:\d+\/\S+ cannot be had: [^.]+\.$/,
      );
      return message;
    };
    expect(await refused(`postgres://alice:secret@127.0.0.1:${port}/hearth`)).toContain('does not let us in');
    expect(await refused(`postgres://hearth:secret@127.0.0.1:${port}/nowhere`)).toContain(
      'there is no such database',
    );
    expect(await refused('postgres://alice:secret@127.0.0.1:1/hearth')).toContain('ECONNREFUSED');
    expect(await refused(`postgres://hearth:secret@127.0.0.1:${port}/nowhere?sslmode=require`)).toContain(
      'SSL',
    );
  });

  test('fails a write that holds what no column takes without saying what it was', async () => {
    const uri = await server.createDatabase();
    await using database = openPostgresDatabase(uri, parts);
    const failing = database.write((connection) =>
      connection.run('select cast($1::text as int8)', ['secret']),
    );
    await expect(failing).rejects.toThrow(/^postgres:\/\/\S+ refused a statement \(22P02\)$/);
  });

  test('has its tables made and checked by those who ask for it', async () => {
    const uri = await server.createDatabase();
    await using tables = await openSocialTables(uri);
    expect((await tables.check()).length).toBeGreaterThan(14);
    const made = await tables.create();
    expect(made).toContain('Made the table likes.');
    expect([await tables.create(), await tables.check()]).toEqual([[], []]);
    const admin = await connected(uri);
    await admin.query('drop index likes_by_object');
    await admin.query('alter table likes alter column object type varchar(5000)');
    await admin.end();
    expect(await tables.check()).toEqual([
      'The column likes.object is of the type character varying instead of text.',
      'The index likes_by_object of likes is missing.',
    ]);
  });

  test('is opened by many processes at once, of which one makes the tables', async () => {
    const uri = await server.createDatabase();
    const engines = await Promise.all([0, 1, 2, 3].map(() => openEngineAt(uri)));
    await engines[0]?.write(({ records }) => records.put(likes, aLike('https://opened.example/')));
    for (const engine of engines) {
      expect(await engine.read((records) => records.countCreated(likes))).toBe(1);
      await engine[Symbol.asyncDispose]();
    }
  });
});

const listening = "datname = current_database() and query like 'listen %'";

async function connected(uri: string): Promise<pg.Client> {
  const client = new pg.Client(uri);
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function untilListening(admin: pg.Client): Promise<void> {
  await expect
    .poll(
      async () =>
        (await admin.query(`select from pg_stat_activity where ${listening} and state = 'idle'`)).rowCount,
      {
        timeout: 10_000,
      },
    )
    .toBe(1);
}
