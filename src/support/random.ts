// Randomness as a part that is passed in: from the system in production, from a seed in tests.
import { createHash, randomBytes } from 'node:crypto';

export interface Random {
  /** `length` random bytes. */
  bytes(length: number): Buffer;
}

export const systemRandom: Random = { bytes: (length) => randomBytes(length) };

/** A random identifier of `length` characters from A-Z, a-z, 0-9 (5.95 bits each; rejection keeps it uniform). */
export function randomToken(random: Random, length: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  let token = '';
  while (token.length < length) {
    for (const byte of random.bytes(length)) {
      if (byte < 248 && token.length < length) token += alphabet[byte % 62];
    }
  }
  return token;
}

/** The same bytes for the same seed, for tests that must be repeatable: SHA-256 of the seed and a counter. */
export function seededRandom(seed: string): Random {
  let rest = Buffer.alloc(0);
  let block = 0;
  return {
    bytes(length) {
      const blocks = [rest];
      for (let held = rest.length; held < length; held += 32) {
        blocks.push(createHash('sha256').update(`${seed}/${block++}`).digest());
      }
      const pool = Buffer.concat(blocks);
      rest = pool.subarray(length);
      return pool.subarray(0, length);
    },
  };
}
