// Running a program of the operator's for a hook: without a shell, so that nothing of what it is told is ever read as a
// command; with the JSON on its standard input, a bounded look at what it says, and an end when the time is over.
import { spawn } from 'node:child_process';
import { hookOutputBytesMax } from '#support/limits';

export interface Program {
  /** An absolute path. */
  readonly path: string;
  readonly arguments: readonly string[];
}

/** Resolves when it has ended with the status 0; rejects otherwise, and kills it when `signal` says so. */
export async function runProgram(program: Program, input: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  // In a group of its own, so that what it has started ends with it.
  const child = spawn(program.path, program.arguments, { detached: true, stdio: ['pipe', 'ignore', 'pipe'] });
  const kill = () => {
    if (child.pid !== undefined) endGroup(child.pid);
  };
  signal.addEventListener('abort', kill, { once: true });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    // What is beyond is read and dropped, or the program would wait for a reader.
    if (said.length < hookOutputBytesMax) said += text.slice(0, hookOutputBytesMax - said.length);
  });
  // A program that does not read its input need not.
  child.stdin.on('error', () => undefined).end(input);
  try {
    const ended = await new Promise<string | undefined>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signalName) => resolve(code === 0 ? undefined : `${code ?? signalName}`));
    });
    if (signal.aborted) throw new Error(`${program.path} took too long`);
    if (ended !== undefined) {
      throw new Error(`${program.path} ended with ${ended}${said === '' ? '' : `: ${said.trim()}`}`);
    }
  } finally {
    signal.removeEventListener('abort', kill);
    child.stderr.destroy();
  }
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
