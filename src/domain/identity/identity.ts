// Who people are on this server: their accounts, how they sign in, and what they keep with us. The functions of this
// folder take the `Identity` that is opened here.
import type { AccountsDatabase } from '#databases/accounts/accounts-database';
import type { AccountEffects } from '#domain/identity/account-effects';
import { type CallerCache, makeCallerCache } from '#domain/identity/caller-cache';
import { type DeviceSightings, makeDeviceSightings } from '#domain/identity/device-sightings';
import {
  makePasswordHasher,
  type PasswordCost,
  type PasswordHasher,
  passwordCost,
} from '#domain/identity/password-hasher';
import type { ServerName } from '#protocol/matrix/identifiers';
import type { Clock } from '#support/clock';
import type { Logger } from '#support/logging';
import type { Random } from '#support/random';

/** Who may register: anyone, whoever has a registration token, nobody. */
export type RegistrationPolicy = 'open' | 'token' | 'closed';

export interface IdentityParts {
  readonly accounts: AccountsDatabase;
  readonly serverName: ServerName;
  readonly registration: RegistrationPolicy;
  /** What changes to accounts bring about in other databases. */
  readonly effects: AccountEffects;
  /** Whether something else here goes by a name already, such as an alias of an account; nothing does without it. */
  readonly isNameTaken?: (localpart: string) => Promise<boolean>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** What hashing a password costs; `passwordCost` without it. */
  readonly passwordCost?: PasswordCost;
}

export interface Identity extends IdentityParts, AsyncDisposable {
  readonly passwords: PasswordHasher;
  readonly callers: CallerCache;
  readonly sightings: DeviceSightings;
}

/** Disposing waits for what is being written; the database stays its owner's. */
export function openIdentity(parts: IdentityParts): Identity {
  const { accounts, clock, logger, random } = parts;
  const sightings = makeDeviceSightings(accounts, clock, logger);
  return {
    ...parts,
    passwords: makePasswordHasher(random, parts.passwordCost ?? passwordCost),
    callers: makeCallerCache(clock),
    sightings,
    [Symbol.asyncDispose]: () => sightings[Symbol.asyncDispose](),
  };
}
