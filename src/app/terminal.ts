// The terminal of this process, as the commands use it. Questions go to standard error, answers to standard output.

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Undefined where there is no terminal, or nobody answers (Ctrl-C). */
export async function askPassword(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const { isCancel, password } = await import('@clack/prompts');
  const typed = await password({ message: question, output: process.stderr });
  return isCancel(typed) ? undefined : typed;
}

/** What is being done, and how far it is: `done` of `total`, where that is known. */
export type OnProgress = (what: string, done: number, total: number | undefined) => void;

/**
 * Shows on standard error how far long work is: a bar on a terminal, a line for each part of it elsewhere. Ctrl-C breaks
 * the work off between two steps.
 */
export async function withProgress<T>(
  work: (onProgress: OnProgress, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new Error('Broken off: the same command goes on from here.'));
  process.once('SIGINT', interrupt);
  try {
    return process.stderr.isTTY
      ? await workWithBar(work, interrupted.signal)
      : await workWithLines(work, interrupted.signal);
  } finally {
    process.off('SIGINT', interrupt);
  }
}

type Work<T> = (onProgress: OnProgress, signal: AbortSignal) => Promise<T>;

async function workWithBar<T>(work: Work<T>, signal: AbortSignal): Promise<T> {
  const { progress } = await import('@clack/prompts');
  const max = 100;
  let shown: { readonly what: string; bar: ReturnType<typeof progress>; at: number } | undefined;
  const end = () => shown?.bar.stop(shown.what);
  try {
    return await work((what, done, total) => {
      if (shown?.what !== what) {
        end();
        shown = { what, bar: progress({ max, output: process.stderr }), at: 0 };
        shown.bar.start(what);
      }
      const at = total ? Math.min(Math.floor((max * done) / total), max) : shown.at;
      shown.bar.advance(at - shown.at, total ? `${what}: ${done} of ${total}` : `${what}: ${done}`);
      shown.at = at;
    }, signal);
  } finally {
    end();
  }
}

async function workWithLines<T>(work: Work<T>, signal: AbortSignal): Promise<T> {
  let last: string | undefined;
  return work((what) => {
    if (what !== last) complain(what);
    last = what;
  }, signal);
}

export async function readInput(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Whoever reads our output may stop reading (`hearth keys dump | head`): that ends the command, and is no failure. */
export function endQuietlyWithoutReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}
