// Whatever moment a writing process is killed at, every write that it has acknowledged is there, and none is there in part.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openSqlEngine } from '#databases/social/engines/sql/open-sql-engine';
import { openSqliteDatabase } from '#databases/social/engines/sqlite/open-sqlite-database';
import type { RecordReader } from '#databases/social/record-access';
import { aliases } from '#databases/social/records/aliases';
import { properties } from '#databases/social/records/properties';
import { systemClock } from '#support/clock';
import { systemRandom } from '#support/random';
import { temporarySqliteFile } from '#test/fixtures/sqlite-file';

const program = fileURLToPath(new URL('../../../../../test/fixtures/sqlite-writer.ts', import.meta.url));

/** Runs a writer until it has acknowledged so many writes, and kills it in the middle of others. */
async function writeUntilKilled(file: string, name: string, first: number, count: number): Promise<string[]> {
  const options = ['--conditions=hearth-source', '--disable-warning=ExperimentalWarning'];
  const writer = spawn(process.execPath, [...options, program, file, name, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(writer, 'exit');
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: writer.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === count) writer.kill('SIGKILL');
  }
  const [, signal] = await exited;
  expect(signal).toBe('SIGKILL');
  return acknowledged;
}

async function namesOf(records: RecordReader, account: string) {
  const limit = 100_000;
  const [aliased, named] = await Promise.all([
    records.list(aliases, 'byAccount', { account }, { limit }),
    records.list(properties, 'byAccount', { account }, { limit }),
  ]);
  return { aliased: aliased.map(({ record }) => record.name), named: named.map(({ record }) => record.name) };
}

it('has all that was acknowledged after its writers were killed, and nothing in part', async () => {
  await using temporary = await temporarySqliteFile();
  const { file } = temporary;
  const acknowledged = new Map<string, string[]>([
    ['alice', []],
    ['bob', []],
  ]);
  for (const [round, count] of [40, 150].entries()) {
    // Two processes on one file.
    await Promise.all(
      [...acknowledged].map(async ([name, lines]) => {
        lines.push(...(await writeUntilKilled(file, name, round * 10_000, count)));
      }),
    );
    await using engine = await openSqlEngine(openSqliteDatabase(file, systemClock), {
      clock: systemClock,
      random: systemRandom,
    });
    for (const [name, lines] of acknowledged) {
      const { aliased, named } = await engine.read((records) => namesOf(records, name));
      expect(named).toEqual(aliased);
      expect(new Set(aliased).isSupersetOf(new Set(lines))).toBe(true);
      expect(lines.length).toBeGreaterThanOrEqual(count);
    }
    expect(await Array.fromAsync(engine.check())).toEqual([]);
    const whole = openSqliteDatabase(file, systemClock);
    await using _ = whole;
    expect(await whole.read((connection) => connection.run('pragma integrity_check', []))).toEqual([['ok']]);
  }
});
