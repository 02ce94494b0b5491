// Where the control socket of a data directory lies: in it, as `control.sock`; or, where that path is longer than the
// system takes (sun_path, unix(7)), in a short directory of its own that the file `control.path` points to.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Bytes of a socket's path on Linux, without the closing zero byte (macOS and the BSDs take 103). */
export const socketPathBytesMax = process.platform === 'linux' ? 107 : 103;

const pointerOf = (dataDirectory: string) => join(dataDirectory, 'control.path');

/** Where a running server's socket would be. */
export function findControlPath(dataDirectory: string): string {
  const path = join(dataDirectory, 'control.sock');
  if (Buffer.byteLength(path) <= socketPathBytesMax) return path;
  try {
    return readFileSync(pointerOf(dataDirectory), 'utf8').trim();
  } catch {
    return path;
  }
}

/** A path to listen on, and what takes away the files that were made for it. */
export function makeControlPath(dataDirectory: string): { path: string; remove(): void } {
  const path = join(dataDirectory, 'control.sock');
  if (Buffer.byteLength(path) <= socketPathBytesMax) {
    return { path, remove: () => rmSync(path, { force: true }) };
  }
  // mkdtemp makes it for its owner only, under a name that nobody can guess or hold before us.
  const directory = mkdtempSync(join(process.env.XDG_RUNTIME_DIR || tmpdir(), 'hearth-'));
  const pointer = pointerOf(dataDirectory);
  writeFileSync(pointer, `${join(directory, 'control.sock')}\n`, { mode: 0o600 });
  return {
    path: join(directory, 'control.sock'),
    remove() {
      rmSync(pointer, { force: true });
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Takes away what a server that was killed has left behind in a short directory. */
export function removeStaleControlPath(path: string, dataDirectory: string): void {
  rmSync(path, { force: true });
  if (dirname(path) !== dataDirectory) rmSync(dirname(path), { recursive: true, force: true });
}
