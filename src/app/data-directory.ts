// The directory that holds all that a server keeps. The server's name lies in it as a file of its own, so that it is
// known before any store is opened, and is the same whichever stores the databases are on.
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '#app/config/config-error';
import { isServerName, type ServerName } from '#protocol/matrix/server-name';

const nameFile = 'server-name';

/**
 * The name that this directory belongs to; undefined while it has none.
 * @throws ConfigError when the file is there and cannot be read or holds no server name
 */
export function readServerName(directory: string): ServerName | undefined {
  const path = join(directory, nameFile);
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ConfigError(`The server name in ${path} cannot be read: ${(error as Error).message}.`);
  }
  if (!isServerName(text)) throw new ConfigError(`${path} holds "${text}", which is not a server name.`);
  return text;
}

/**
 * For what only makes sense where a server has been: a path that is mistyped must not begin a new one.
 * @throws ConfigError when the directory belongs to no server
 */
export function requireDataDirectory(directory: string): void {
  if (readServerName(directory) !== undefined) return;
  throw new ConfigError(
    `There is no server's data in ${directory}: name the right directory with --data or --config, or begin with "serve".`,
  );
}

/**
 * Makes the directory, for its owner only, and gives it to `serverName` for ever.
 * @throws ConfigError when it cannot be written or belongs to another name
 */
export function claimDataDirectory(directory: string, serverName: ServerName): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const kept = readServerName(directory);
    if (kept === serverName) return;
    if (kept !== undefined) {
      throw new ConfigError(`The data directory ${directory} belongs to "${kept}", not to "${serverName}".`);
    }
    const path = join(directory, nameFile);
    const file = openSync(`${path}.new`, 'w', 0o600);
    writeSync(file, `${serverName}\n`);
    fsyncSync(file);
    closeSync(file);
    renameSync(`${path}.new`, path);
    const parent = openSync(directory, 'r');
    fsyncSync(parent);
    closeSync(parent);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`The data directory ${directory} cannot be used: ${(error as Error).message}.`);
  }
}
