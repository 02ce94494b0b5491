// How much a transaction waits for the server, and what it makes of answers, with a connection that answers when it is told.
import { DatabaseError } from 'pg';
import { describe, expect, test } from 'vitest';
import { PostgresConflictError } from '#databases/social/engines/postgres/postgres-errors';
import {
  type PostgresClient,
  PostgresTransaction,
} from '#databases/social/engines/postgres/postgres-transaction';

const writing = { characteristics: 'isolation level serializable read write', isNumbered: true };
const reading = { characteristics: 'isolation level repeatable read read only', isNumbered: false };
const name = 'postgres://db.example/hearth';

type Answer = Awaited<ReturnType<PostgresClient['query']>>;

function scripted() {
  const sent: string[] = [];
  const waiting: PromiseWithResolvers<Answer>[] = [];
  const client: PostgresClient = {
    query({ text }) {
      sent.push(text);
      const answer = Promise.withResolvers<Answer>();
      waiting.push(answer);
      return answer.promise;
    },
  };
  const answered = (command = 'SELECT', rows: readonly unknown[] = [['1']]) =>
    waiting.shift()?.resolve({ command, rows });
  return {
    client,
    sent,
    answered,
    fails: (error: Error) => waiting.shift()?.reject(error),
    answerAll(count: number) {
      for (let at = 0; at < count; at++) answered();
    },
  };
}

function serverError(code: string, message = 'as the server says it'): DatabaseError {
  return Object.assign(new DatabaseError(message, 0, 'error'), { code, detail: 'Key (x)=(secret value)' });
}

describe('a transaction', () => {
  test('that reads waits once for each question that its body waits for, and not for its end', async () => {
    const { client, sent, answerAll } = scripted();
    const transaction = new PostgresTransaction(name, client, reading);
    const row = transaction.run('select 1', []);
    expect(sent).toEqual(['begin isolation level repeatable read read only', 'select 1']);
    answerAll(2);
    expect(await row).toEqual([['1']]);
    transaction.leave('commit');
    expect(sent.slice(2)).toEqual(['commit']);
  });

  test('that writes asks for its number with its first change, and waits for nothing more but its commit', async () => {
    const { client, sent, answered, answerAll } = scripted();
    const transaction = new PostgresTransaction(name, client, writing);
    const changes = [
      transaction.run('select 1', []),
      transaction.run('insert 1', []),
      transaction.run('insert 2', []),
    ];
    expect(sent.map((text) => text.split(' ').slice(0, 2).join(' '))).toEqual([
      'begin isolation',
      'select 1',
      'insert 1',
      'select concat(pg_postmaster_start_time(),',
      'select pg_current_xact_id()::text',
      'insert 2',
    ]);
    answerAll(6);
    await Promise.all(changes);
    const outcome = transaction.commit();
    await expect.poll(() => sent.slice(6)).toEqual(['commit']);
    answered('COMMIT');
    expect(await outcome).toBe('committed');
  });

  test('that only looks asks for no number, and one that does nothing sends nothing', async () => {
    const { client, sent, answered, answerAll } = scripted();
    const looking = new PostgresTransaction(name, client, writing);
    const row = looking.run('select 1', []);
    answerAll(2);
    await row;
    const outcome = looking.commit();
    await expect.poll(() => sent).toHaveLength(3);
    answered('COMMIT');
    expect(await outcome).toBe('committed');
    expect(await new PostgresTransaction(name, client, writing).commit()).toBe('committed');
    expect(sent).toHaveLength(3);
  });

  test('does not know what became of it where the answer to its commit is lost, but by what to ask', async () => {
    const { client, sent, answered, fails } = scripted();
    const transaction = new PostgresTransaction(name, client, writing);
    const change = transaction.run('insert 1', []);
    answered('BEGIN');
    answered('INSERT');
    answered('SELECT', [['this server']]);
    answered('SELECT', [['77']]);
    await change;
    const outcome = transaction.commit();
    await expect.poll(() => sent.at(-1)).toBe('commit');
    fails(new Error('Connection terminated unexpectedly'));
    expect(await outcome).toEqual({ unknown: { number: '77', incarnation: 'this server' } });
    expect(transaction.isBroken).toBe(true);
  });

  test.each(['40001', '40P01', '23505'])(
    'that conflicts (%s) is told so, says nothing of values, and leaves its connection in order',
    async (code) => {
      const { client, sent, answered, fails } = scripted();
      const transaction = new PostgresTransaction(name, client, writing);
      const change = transaction.run('insert 1', ['secret value']);
      answered('BEGIN');
      fails(serverError(code, 'duplicate "secret value"'));
      const error = await change.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(PostgresConflictError);
      expect(JSON.stringify(error) + String(error)).not.toContain('secret');
      expect(() => transaction.throwIfFailed()).toThrow(error as Error);
      await expect(transaction.commit()).rejects.toBe(error);
      expect(sent).not.toContain('commit');
      expect(transaction.isBroken).toBe(false);
    },
  );

  test('is not taken for committed where the server has taken it back', async () => {
    const { client, sent, answered, fails, answerAll } = scripted();
    const transaction = new PostgresTransaction(name, client, writing);
    const first = transaction.run('select 1', []);
    answerAll(2);
    await first;
    // Nobody waits for it, and its failure comes only when the commit is under way.
    const unawaited = transaction.run('select 2', []).catch((error: unknown) => error);
    const outcome = transaction.commit().catch((error: unknown) => error);
    await expect.poll(() => sent.at(-1)).toBe('commit');
    fails(serverError('40001'));
    answered('ROLLBACK');
    expect(await outcome).toBe(await unawaited);
  });

  test('takes no statements beyond its end', async () => {
    const { client, sent } = scripted();
    const transaction = new PostgresTransaction(name, client, reading);
    transaction.leave('commit');
    await expect(transaction.run('select 1', [])).rejects.toThrow('beyond its end');
    expect(sent).toEqual([]);
  });
});

test.each([
  ['28P01', /its password is wrong/],
  ['53100', /its disk is full/],
  ['25006', /it is read-only/],
  ['57014', /it took too long/],
])('the error %s is one sentence about the database, without what the server quotes', async (code, says) => {
  const { client, answered, fails } = scripted();
  const transaction = new PostgresTransaction(name, client, writing);
  const change = transaction.run('insert 1', []);
  answered('BEGIN');
  fails(serverError(code, 'secret value'));
  const error = await change.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'ProtocolError', kind: 'unavailable' });
  expect(String(error)).toMatch(says);
  expect(String(error)).toContain(name);
  expect(String(error)).not.toContain('secret');
  expect(transaction.isBroken).toBe(true);
});

test('errors of statements quote the statement, and other errors only their code', async () => {
  const errors = await Promise.all(
    ['42703', '22003'].map(async (code) => {
      const { client, answered, fails } = scripted();
      const run = new PostgresTransaction(name, client, writing).run('insert 1', []);
      answered('BEGIN');
      fails(serverError(code, 'what it is about'));
      return String(await run.catch((thrown: unknown) => thrown));
    }),
  );
  expect(errors[0]).toContain('42703');
  expect(errors[0]).toContain('what it is about');
  expect(errors[1]).toContain('22003');
  expect(errors[1]).not.toContain('what it is about');
});
