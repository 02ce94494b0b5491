import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { runProgram } from '#app/hooks/run-program';
import { hookOutputBytesMax } from '#support/limits';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hearth-hook-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const node = (script: string, ...others: string[]) => ({
  path: process.execPath,
  arguments: ['-e', script, ...others],
});
const never = new AbortController().signal;

it('hands over its input and its arguments, as they are', async () => {
  const file = join(directory, 'told');
  const script = `
    const input = require('node:fs').readFileSync(0, 'utf8');
    require('node:fs').writeFileSync(process.argv[1], JSON.stringify([input, ...process.argv.slice(2)]));`;
  await runProgram(node(script, file, '$HOME;', '`id`'), '{"ä":1}', never);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(['{"ä":1}', '$HOME;', '`id`']);
});

it('fails with what the program says, a part of it', async () => {
  const script = `process.stderr.write('no '.repeat(100_000)); process.exitCode = 3;`;
  const error = await runProgram(node(script), '', never).catch((reason: Error) => reason);
  expect(error?.message).toMatch(/ended with 3: no no/);
  expect(error?.message.length).toBeLessThan(hookOutputBytesMax + 200);
});

it('fails where there is no such program, or it ends by a signal', async () => {
  await expect(runProgram({ path: join(directory, 'nothing'), arguments: [] }, '', never)).rejects.toThrow(
    /ENOENT/,
  );
  await expect(runProgram(node('process.kill(process.pid, "SIGTERM")'), '', never)).rejects.toThrow(
    /SIGTERM/,
  );
});

it('does not need the input to be read', async () => {
  await runProgram({ path: '/bin/true', arguments: [] }, 'x'.repeat(1_000_000), never);
});

it('ends what takes too long, with all that it has started', async () => {
  const file = join(directory, 'pid');
  const script = `
    const child = require('node:child_process').spawn('/bin/sleep', ['1000']);
    require('node:fs').writeFileSync(process.argv[1], String(child.pid));
    setInterval(() => {}, 1000);`;
  const abort = new AbortController();
  const running = runProgram(node(script, file), '', abort.signal).catch((reason: Error) => reason);
  const pid = await vi.waitFor(() => {
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/^\d+$/);
    return Number(text);
  }, 10_000);
  abort.abort();
  expect((await running)?.message).toMatch(/took too long/);
  // Ended and not yet collected counts as ended.
  const isRunning = () => {
    try {
      return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
      return false;
    }
  };
  await vi.waitFor(() => expect(isRunning()).toBe(false), 5_000);
  await expect(runProgram(node(''), '', abort.signal)).rejects.toThrow();
});
