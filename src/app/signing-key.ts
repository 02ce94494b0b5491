// The key that the server signs Matrix events with. It lies in the data directory as a file of one line, `ed25519 ID
// SEED`, because it must outlive every store: events signed with a lost key can be made by nobody again.
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '#app/config/config-error';
import { decodeBase64, encodeBase64 } from '#protocol/matrix/base64';
import type { ServerName } from '#protocol/matrix/server-name';
import { type SigningKey, signingKeyFromSeed } from '#protocol/matrix/signing-keys';
import { type Random, randomToken } from '#support/random';

const keyFile = 'signing.key';

/**
 * The key in the data directory, made on first use.
 * @throws ConfigError when the file cannot be used; it is never overwritten
 */
export function openSigningKey(directory: string, server: ServerName, random: Random): SigningKey {
  const path = join(directory, keyFile);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return makeSigningKey(path, server, random);
    throw new ConfigError(`The signing key in ${path} cannot be read: ${(error as Error).message}.`);
  }
  const [, version, base64] = /^ed25519 (\w+) (\S+)\s*$/.exec(text) ?? [];
  const seed = base64 === undefined ? undefined : decodeBase64(base64);
  if (version === undefined || seed?.length !== 32) {
    throw new ConfigError(
      `${path} is no signing key: one line "ed25519 ID SEED" is expected. Restore it from a backup.`,
    );
  }
  return signingKeyFromSeed(seed, `ed25519:${version}`, server);
}

function makeSigningKey(path: string, server: ServerName, random: Random): SigningKey {
  const seed = random.bytes(32);
  const version = `a_${randomToken(random, 4)}`;
  const file = openSync(`${path}.new`, 'w', 0o600);
  writeSync(file, `ed25519 ${version} ${encodeBase64(seed)}\n`);
  fsyncSync(file);
  closeSync(file);
  renameSync(`${path}.new`, path);
  return signingKeyFromSeed(seed, `ed25519:${version}`, server);
}
