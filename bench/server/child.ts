// Programs under measurement run as processes of their own: started, watched through /proc, stopped.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const flags = [
  ...(process.env.BENCH_FLAGS?.split(' ') ?? []),
  '--conditions=hearth-source',
  '--disable-warning=ExperimentalWarning',
];

export interface Child extends AsyncDisposable {
  readonly port: number;
  /** Milliseconds from the start of the process to its first answer. */
  readonly startMs: number;
  /** Processor time that it has used, in milliseconds. */
  cpuMs(): number;
  residentMb(): number;
  /** Begins to watch its event loop, or ends that and answers with the longest that it was held up, in milliseconds. */
  toggleLoopDelay(): Promise<number>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts a program; `{port}` in its arguments becomes a free port, and `readyPath` answers when it is up. */
export async function startChild(
  program: string,
  args: readonly string[],
  readyPath: string,
): Promise<Child> {
  const port = await freePort();
  const begun = performance.now();
  const delayFile = join(tmpdir(), `hearth-bench-${process.pid}-${port}.delay`);
  const child = spawn(
    process.execPath,
    [
      ...flags,
      `--import=${import.meta.resolve('./loop-delay.ts')}`,
      program,
      ...args.map((argument) => argument.replace('{port}', String(port))),
    ],
    { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, LOOP_DELAY_FILE: delayFile } },
  );
  await untilReady(child, `http://127.0.0.1:${port}${readyPath}`);
  const startMs = performance.now() - begun;
  const pid = child.pid as number;
  return {
    port,
    startMs,
    cpuMs: () => {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) * 10;
    },
    residentMb: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024,
    async toggleLoopDelay() {
      rmSync(delayFile, { force: true });
      child.kill('SIGUSR2');
      for (;;) {
        try {
          return Number(readFileSync(delayFile, 'utf8'));
        } catch {
          if (child.exitCode !== null) throw new Error('the program has ended');
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
      }
    },
    async [Symbol.asyncDispose]() {
      rmSync(delayFile, { force: true });
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Resolves once a program has used no processor time for a while: what it was doing is done. */
export async function untilIdle(child: Child): Promise<void> {
  for (let used = -1; used !== child.cpuMs(); ) {
    used = child.cpuMs();
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function untilReady(child: ChildProcess, url: string): Promise<void> {
  while (child.exitCode === null) {
    const answered = await fetch(url).then(
      (response) => response.arrayBuffer().then(() => true),
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error(`the program ended with exit code ${child.exitCode} before it answered`);
}

export const serverName = 'bench.test';

/**
 * A Hearth server on a data directory, open for registration and without rate limits.
 * @param social where its social records are
 */
export function startHearth(dataDirectory: string, social = 'store:'): Promise<Child> {
  const args = [
    'serve',
    '--data',
    dataDirectory,
    '--listen',
    '127.0.0.1:{port}',
    '--server-name',
    serverName,
    '--social',
    social,
  ];
  const open = ['--registration', 'open', '--rate-limits', 'off', '--allow-private-network'];
  return startChild('src/main.ts', [...args, ...open], '/_matrix/client/versions');
}
