// Randomness as a part that is passed in: from the system in production, from a seed in tests.
import { randomBytes } from 'node:crypto';

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
