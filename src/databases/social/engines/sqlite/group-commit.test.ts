import { describe, expect, it } from 'vitest';
import type { SqlConnection, SqlRow } from '#databases/social/engines/sql/sql-database';
import { GroupCommit } from '#databases/social/engines/sqlite/group-commit';
import { SqliteBusyError, SqliteConstraintError } from '#databases/social/engines/sqlite/sqlite-errors';
import type { SqliteRequest } from '#databases/social/engines/sqlite/sqlite-messages';
import { type SqlitePort, SqliteThreadPort } from '#databases/social/engines/sqlite/sqlite-thread-port';
import { ProtocolError } from '#support/errors';
import {
  groupCommitMembersMax,
  groupCommitMs,
  recordAttemptsMax,
  sqliteBusyAttemptsMax,
} from '#support/limits';
import { temporarySqliteFile } from '#test/fixtures/sqlite-file';

const stoppedClock = { now: () => 0 };
const add = (value: number) => (connection: SqlConnection) =>
  connection.run('insert into numbers values (?)', [value]);

/** A port that notes what is asked for, and may answer in the thread's place. */
function watched(port: SqlitePort, answer: (request: SqliteRequest) => Error | undefined = () => undefined) {
  const requests: SqliteRequest[] = [];
  let losses = 0;
  return {
    requests,
    commits: () => requests.filter(({ op }) => op === 'commit').length,
    lose: () => void losses++,
    get losses() {
      return losses;
    },
    call(request: SqliteRequest): Promise<readonly SqlRow[]> {
      requests.push(request);
      const error = answer(request);
      return error ? Promise.reject(error) : port.call(request);
    },
  };
}

async function withNumbers(
  test: (port: SqlitePort, stored: () => Promise<unknown[]>) => Promise<void>,
): Promise<void> {
  await using temporary = await temporarySqliteFile();
  const { file } = temporary;
  await using port = new SqliteThreadPort('sqlite:test', { file, role: 'write', busyMs: 100 });
  await using reading = new SqliteThreadPort('sqlite:test', { file, role: 'read', busyMs: 100 });
  await new GroupCommit('sqlite:test', port, stoppedClock).write((connection) =>
    connection.run('create table numbers (n integer primary key) strict', []),
  );
  let transaction = 0;
  await test(port, async () => {
    const numbers = { transaction: ++transaction, connection: 0 };
    const sql = 'select n from numbers order by n';
    const rows = await reading.call({ op: 'run', ...numbers, isFirst: true, sql, parameters: [] });
    await reading.call({ op: 'keep', ...numbers });
    return rows.map(([n]) => n);
  });
}

describe('many writers at once', () => {
  it('share one flush, and each sees what those before it wrote', () =>
    withNumbers(async (port, stored) => {
      const watching = watched(port);
      const group = new GroupCommit('sqlite:test', watching, stoppedClock);
      const counts = await Promise.all(
        Array.from({ length: 100 }, (_, n) =>
          group.write(async (connection) => {
            await add(n)(connection);
            return (await connection.run('select count(*) from numbers', []))[0]?.[0];
          }),
        ),
      );
      expect(counts).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
      expect(watching.commits()).toBe(1);
      expect(await stored()).toHaveLength(100);
    }));

  it('make groups that end after a while, or with their largest size', () =>
    withNumbers(async (port, stored) => {
      const watching = watched(port);
      const group = new GroupCommit('sqlite:test', watching, stoppedClock);
      const count = groupCommitMembersMax + 1;
      await Promise.all(Array.from({ length: count }, (_, n) => group.write(add(n))));
      expect(watching.commits()).toBe(2);
      expect(await stored()).toHaveLength(count);
      let now = 0;
      const ticking = new GroupCommit('sqlite:test', watching, { now: () => (now += groupCommitMs / 2) });
      await Promise.all([1, 2, 3, 4].map((n) => ticking.write(add(-n))));
      expect(watching.commits()).toBe(4);
    }));

  it('lose only what a refused one of them has written', () =>
    withNumbers(async (port, stored) => {
      const watching = watched(port);
      const group = new GroupCommit('sqlite:test', watching, stoppedClock);
      const outcomes = await Promise.allSettled([
        group.write(add(1)),
        group.write(async (connection) => {
          await add(2)(connection);
          await add(3)(connection);
          throw new ProtocolError('conflict', 'refused');
        }),
        group.write(add(4)),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(outcomes[1]).toMatchObject({ reason: { kind: 'conflict' } });
      expect(watching.commits()).toBe(1);
      expect(await stored()).toEqual([1, 4]);
    }));

  it('hear of nothing before the commit, and of its failure all of them', () =>
    withNumbers(async (port, stored) => {
      const failing = new ProtocolError('unavailable', 'no flush');
      const heard: string[] = [];
      const watching = watched(port, ({ op }) => {
        if (op !== 'commit') return undefined;
        expect(heard).toEqual([]);
        // As the thread does after a commit that failed.
        void port.call({
          op: 'run',
          transaction: -1,
          connection: 0,
          isFirst: true,
          sql: 'rollback',
          parameters: [],
        });
        void port.call({ op: 'commit' }).catch(() => undefined);
        return failing;
      });
      const group = new GroupCommit('sqlite:test', watching, stoppedClock);
      const refused = async () => Promise.reject(new Error('refused'));
      const outcomes = await Promise.allSettled(
        [add(1), refused, add(2)].map((body, at) => group.write(body).finally(() => heard.push(`${at}`))),
      );
      for (const outcome of outcomes) expect(outcome).toEqual({ status: 'rejected', reason: failing });
      expect(await stored()).toEqual([]);
      const sound = new GroupCommit('sqlite:test', port, stoppedClock);
      await sound.write(add(5));
      expect(await stored()).toEqual([5]);
    }));

  it('are all told where a thread has died with what some of them wrote', () =>
    withNumbers(async (port) => {
      const watching = watched(port);
      const group = new GroupCommit('sqlite:test', watching, stoppedClock);
      const outcomes = await Promise.allSettled([
        group.write(add(1)),
        group.write((connection) => {
          watching.lose();
          return add(2)(connection);
        }),
      ]);
      for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { kind: 'unavailable' } });
    }));
});

describe('a writer', () => {
  it('runs again where another process came first', () =>
    withNumbers(async (port, stored) => {
      for (const [error, attempts, told] of [
        [new SqliteBusyError('busy'), sqliteBusyAttemptsMax, { kind: 'unavailable' }],
        [new SqliteConstraintError('taken'), recordAttemptsMax, { message: 'taken' }],
      ] as const) {
        let failures = 0;
        const watching = watched(port, (request) =>
          request.op === 'run' && failures-- > 0 ? error : undefined,
        );
        const group = new GroupCommit('sqlite:test', watching, stoppedClock);
        failures = attempts - 1;
        await group.write(add(attempts));
        failures = attempts;
        await expect(group.write(add(-1))).rejects.toMatchObject(told);
        expect(await stored()).toContain(attempts);
        expect(await stored()).not.toContain(-1);
      }
    }));

  it('fails where one of its statements did, whatever it makes of that', () =>
    withNumbers(async (port, stored) => {
      const group = new GroupCommit('sqlite:test', port, stoppedClock);
      const written = group.write(async (connection) => {
        await add(1)(connection);
        await connection.run('nonsense', []).catch(() => undefined);
      });
      await expect(written).rejects.toThrow('syntax error');
      expect(await stored()).toEqual([]);
    }));

  it('cannot use its connection beyond its end', () =>
    withNumbers(async (port, stored) => {
      const group = new GroupCommit('sqlite:test', port, stoppedClock);
      let kept: SqlConnection | undefined;
      await group.write((connection) => {
        kept = connection;
        return add(1)(connection);
      });
      await expect(kept?.run('delete from numbers', [])).rejects.toThrow('beyond its end');
      expect(await stored()).toEqual([1]);
    }));
});
