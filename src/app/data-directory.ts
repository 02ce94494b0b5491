// The directory that holds all that a server keeps. The server's name and its public URL lie in it as files of their own,
// so that they are known before any store is opened, and stay the same whoever opens it with which settings: the ids of
// everything that the server has made carry them.
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '#app/config/config-error';
import { parseHttpOrigin } from '#app/config/http-origin';
import { publicSocialRecordsUri } from '#app/config/social-records-uri';
import { isServerName, type ServerName } from '#protocol/matrix/server-name';

const nameFile = 'server-name';
const publicUrlFile = 'public-url';
const socialRecordsFile = 'social-records';

/** What a data directory belongs to. */
export interface KeptIdentity {
  readonly serverName: ServerName;
  /** Scheme, host and port. */
  readonly publicUrl: string;
}

/**
 * The name that this directory belongs to; undefined while it has none.
 * @throws ConfigError when the file is there and cannot be read or holds no server name
 */
export function readServerName(directory: string): ServerName | undefined {
  const path = join(directory, nameFile);
  const text = readKept(path, 'server name');
  if (text === undefined || isServerName(text)) return text;
  throw new ConfigError(`${path} holds "${text}", which is not a server name.`);
}

/**
 * Where the server that this directory belongs to is reached; undefined while nothing has been served from it.
 * @throws ConfigError when the file is there and cannot be read or holds no origin
 */
export function readPublicUrl(directory: string): string | undefined {
  const path = join(directory, publicUrlFile);
  const text = readKept(path, 'public URL');
  if (text === undefined || parseHttpOrigin(text) === text) return text;
  throw new ConfigError(`${path} holds "${text}", which is not an address such as https://example.org.`);
}

/**
 * Where the social records of the server are, without what opens it; undefined while none have been kept.
 * @throws ConfigError when the file is there and cannot be read
 */
export function readSocialRecords(directory: string): string | undefined {
  return readKept(join(directory, socialRecordsFile), 'place of the social records');
}

/** From now on the social records are in the back end of this URI. */
export function keepSocialRecords(directory: string, uri: string): void {
  keep(directory, socialRecordsFile, publicSocialRecordsUri(uri));
}

function readKept(path: string, what: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ConfigError(`The ${what} in ${path} cannot be read: ${(error as Error).message}.`);
  }
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
 * Makes the directory, for its owner only, and gives it to this name and public URL for ever.
 * @throws ConfigError when it cannot be written or belongs to another name or public URL
 */
export function claimDataDirectory(directory: string, { serverName, publicUrl }: KeptIdentity): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const keptName = readServerName(directory);
    const keptUrl = readPublicUrl(directory);
    if ((keptName ?? serverName) !== serverName) {
      throw new ConfigError(
        `The data directory ${directory} belongs to "${keptName}", not to "${serverName}".`,
      );
    }
    if ((keptUrl ?? publicUrl) !== publicUrl) {
      throw new ConfigError(
        `The data directory ${directory} belongs to the server at ${keptUrl}, not at ${publicUrl}.`,
      );
    }
    if (keptName === undefined) keep(directory, nameFile, serverName);
    if (keptUrl === undefined) keep(directory, publicUrlFile, publicUrl);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`The data directory ${directory} cannot be used: ${(error as Error).message}.`);
  }
}

/** Writes a file of one line that is there as a whole or not at all, after a power failure too. */
function keep(directory: string, name: string, line: string): void {
  const path = join(directory, name);
  const file = openSync(`${path}.new`, 'w', 0o600);
  writeSync(file, `${line}\n`);
  fsyncSync(file);
  closeSync(file);
  renameSync(`${path}.new`, path);
  const parent = openSync(directory, 'r');
  fsyncSync(parent);
  closeSync(parent);
}
