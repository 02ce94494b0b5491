// What a command reads beside its arguments: files, and standard input under the name `-`.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { CommandParts } from '#app/cli/command-parts';
import { UsageError } from '#app/cli/usage-error';

/**
 * All bytes of a file, or of standard input.
 * @throws Error in one sentence where the file cannot be read, or has more bytes than `bytesMax`
 */
export async function readFileOrInput(
  parts: CommandParts,
  name: string,
  bytesMax: number,
): Promise<Uint8Array> {
  const bytes = name === '-' ? await parts.readInput() : readSmallFile(name, bytesMax);
  if (bytes.length <= bytesMax) return bytes;
  const what = name === '-' ? 'Standard input' : name;
  throw new Error(`${what} has more than ${bytesMax} bytes, which is the most that is read.`);
}

/** The text that is given, or else all of standard input without the line end at its end; so too for `-`. */
export async function readText(
  parts: CommandParts,
  given: string | undefined,
  bytesMax: number,
): Promise<string> {
  if (given !== undefined && given !== '-') return given;
  const bytes = await readFileOrInput(parts, '-', bytesMax);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r?\n$/, '');
  } catch {
    throw new UsageError('Standard input is not text in UTF-8.');
  }
}

/** At most a byte more than allowed, whatever kind of file it is: a device may never end. */
function readSmallFile(path: string, bytesMax: number): Uint8Array {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    throw new Error(`${path} cannot be read: ${reasonOf(error)}.`);
  }
  try {
    if (fstatSync(file).isDirectory()) throw new Error(`${path} is a directory; a file is needed.`);
    const buffer = Buffer.alloc(bytesMax + 1);
    let length = 0;
    for (let count = -1; count !== 0 && length <= bytesMax; length += count) {
      count = readSync(file, buffer, length, buffer.length - length, null);
    }
    return buffer.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'you may not read it',
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}
