// The crash property: however often a process under load is killed, every transaction that it had acknowledged is there
// whole when the store is opened again, and none is there in part.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Snapshot } from '#store/contract';
import { openLevelEngine } from '#store/engines/level';
import { makeStore } from '#store/store';
import { readAll } from './conformance/bed.ts';
import {
  groupKey,
  groupsEnd,
  headKey,
  rowKey,
  rowsPerGroup,
  sequenceOf,
  totalKey,
  windowGroups,
  writers,
} from './crash/layout.ts';

const child = fileURLToPath(new URL('./crash/writer.ts', import.meta.url));

/** What was acknowledged: per writer the last sequence number, and the newest stamp. */
interface Acknowledged {
  readonly heads: Map<number, number>;
  stamp: string;
  count: number;
}

/** Kills a writing process `rounds` times and judges the store after each. Answers how much was acknowledged. */
export async function crashRepeatedly(rounds: number): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-crash-'));
  try {
    const acknowledged: Acknowledged = { heads: new Map(), stamp: '', count: 0 };
    for (let round = 0; round < rounds; round++) {
      const before = acknowledged.count;
      await writeUntilKilled(directory, acknowledged);
      expect(acknowledged.count).toBeGreaterThan(before);
      await judgeStore(directory, acknowledged);
    }
    return acknowledged.count;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The kill comes at a random moment after the first acknowledgement. */
async function writeUntilKilled(directory: string, acknowledged: Acknowledged): Promise<void> {
  const options = ['--conditions=hearth-source', '--disable-warning=ExperimentalWarning'];
  const writer = spawn(process.execPath, [...options, child, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(writer, 'exit');
  const lines = createInterface({ input: writer.stdout });
  lines.once('line', async () => {
    await delay(Math.random() * 250);
    writer.kill('SIGKILL');
  });
  for await (const line of lines) {
    const [writerNumber, sequence, stamp] = line.split(' ');
    // The pipe may end within a line, which then was not printed whole.
    if (stamp?.length !== 20) continue;
    acknowledged.heads.set(Number(writerNumber), Number(sequence));
    if (stamp > acknowledged.stamp) acknowledged.stamp = stamp;
    acknowledged.count++;
  }
  const [, signal] = await exited;
  expect(signal).toBe('SIGKILL');
}

async function judgeStore(directory: string, acknowledged: Acknowledged): Promise<void> {
  await using store = makeStore(await openLevelEngine(directory));
  await store.read(async (reader) => {
    expect((await reader.position()) > acknowledged.stamp).toBe(true);
    let total = 0;
    for (let writer = 0; writer < writers; writer++) {
      const last = await judgeWriter(reader, writer, acknowledged.heads.get(writer) ?? 0);
      // What was there once without having been acknowledged is durable too, and the next round builds on it.
      acknowledged.heads.set(writer, last);
      total += last;
    }
    const stored = await reader.get(totalKey);
    expect(stored?.readUInt32LE()).toBe(total);
  });
}

/** Answers the sequence number of the writer's last transaction. */
async function judgeWriter(reader: Snapshot, writer: number, acknowledgedHead: number): Promise<number> {
  const head = await reader.get(headKey(writer));
  const last = head === undefined ? 0 : sequenceOf(head);
  expect(last).toBeGreaterThanOrEqual(acknowledgedHead);
  // Each writer waits for its acknowledgement, so at most one transaction can be there without one.
  expect(last).toBeLessThanOrEqual(acknowledgedHead + 1);
  const expected: Buffer[] = [];
  for (let sequence = Math.max(1, last - windowGroups + 1); sequence <= last; sequence++) {
    for (let row = 0; row < rowsPerGroup; row++) expected.push(rowKey(writer, sequence, row));
  }
  const rows = await readAll(reader, { begin: groupKey(writer, 0), end: groupsEnd(writer) });
  expect(rows.entries.map(({ key }) => key.toString())).toEqual(expected.map((key) => key.toString()));
  for (const { key, value } of rows.entries) {
    expect(key.toString()).toContain(`/${value.subarray(0, 8).toString()}/`);
  }
  return last;
}
