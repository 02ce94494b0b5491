// Passwords at rest: argon2id in PHC form, with OWASP's parameters. Few are hashed at once, because hashing shares the
// thread pool with the store's flushes, and few may wait, because each costs tens of milliseconds.
import { hash, parseOptions, verify } from '@node-rs/argon2';
import { ProtocolError } from '#support/errors';
import { passwordBytesMax, passwordHashesMax, passwordsWaitingMax } from '#support/limits';
import type { Random } from '#support/random';

export interface PasswordCost {
  readonly memoryKib: number;
  readonly passes: number;
}

/** OWASP Password Storage Cheat Sheet, "Argon2id": 19 MiB, two passes, one lane. */
export const passwordCost: PasswordCost = { memoryKib: 19_456, passes: 2 };

const saltBytes = 16;
const hashBytes = 32;

export interface PasswordHasher {
  /** @throws ProtocolError weakPassword when it is empty, invalidParam when it is too long */
  hash(password: string): Promise<string>;
  /** Without a hash (nobody of that name, no password) it takes as long and answers no. */
  verify(stored: string | undefined, password: string): Promise<boolean>;
  /** True where a hash was made at another cost than today's. */
  isOutdated(stored: string): boolean;
}

export function makePasswordHasher(random: Random, cost: PasswordCost): PasswordHasher {
  const admitted = makeGate();
  const encode = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
  const nobodys =
    `$argon2id$v=19$m=${cost.memoryKib},t=${cost.passes},p=1` +
    `$${encode(random.bytes(saltBytes))}$${encode(random.bytes(hashBytes))}`;
  return {
    async hash(password) {
      checkPasswordForm(password);
      const options = {
        memoryCost: cost.memoryKib,
        timeCost: cost.passes,
        parallelism: 1,
        outputLen: hashBytes,
      };
      return admitted(() => hash(password, { ...options, salt: random.bytes(saltBytes) }));
    },
    async verify(stored, password) {
      // Nobody has such a password, whoever is asked for.
      if (Buffer.byteLength(password) > passwordBytesMax) return false;
      const matches = await admitted(() => verify(stored ?? nobodys, password));
      return matches && stored !== undefined;
    },
    isOutdated(stored) {
      const { memoryCost, timeCost } = parseOptions(stored);
      return memoryCost !== cost.memoryKib || timeCost !== cost.passes;
    },
  };
}

/** @throws ProtocolError weakPassword when it is empty, invalidParam when it is too long to be hashed */
export function checkPasswordForm(password: string): void {
  if (password === '') throw new ProtocolError('weakPassword', 'The password must not be empty.');
  if (Buffer.byteLength(password) > passwordBytesMax) {
    throw new ProtocolError('invalidParam', `A password has at most ${passwordBytesMax} bytes.`);
  }
}

/** Lets `passwordHashesMax` run, as many as `passwordsWaitingMax` wait, and refuses the rest. */
function makeGate(): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= passwordHashesMax) {
      if (waiting.length >= passwordsWaitingMax) {
        throw new ProtocolError('limitExceeded', 'Too many people are signing in: try again in a moment.', {
          retry_after_ms: 2_000,
        });
      }
      // Whoever ends hands its place over, so the count stays as it is.
      await new Promise<void>((admit) => waiting.push(admit));
    } else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
