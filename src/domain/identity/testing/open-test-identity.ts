// An identity for tests: a clock that is moved by hand, passwords that cost little, effects that are recorded.
import type { AccountsDatabase } from '#databases/accounts/accounts-database';
import type { AccountEffects } from '#domain/identity/account-effects';
import { type Identity, openIdentity, type RegistrationPolicy } from '#domain/identity/identity';
import type { ServerName } from '#protocol/matrix/identifiers';
import { silentLogger } from '#support/logging';
import { systemRandom } from '#support/random';

/** Where a test's clock begins. */
const epochMs = 1_800_000_000_000;

export interface TestIdentity {
  readonly identity: Identity;
  /** Calls of effects, in their order: `created @alice:example.org`. */
  readonly carriedOut: string[];
  /** Whatever is in here fails once when it is called. */
  readonly failing: Set<keyof AccountEffects>;
  advance(ms: number): void;
  now(): number;
}

export function openTestIdentity(
  accounts: AccountsDatabase,
  registration: RegistrationPolicy = 'open',
): TestIdentity {
  const carriedOut: string[] = [];
  const failing = new Set<keyof AccountEffects>();
  let time = epochMs;
  const effect = async (name: keyof AccountEffects, call: string): Promise<void> => {
    if (failing.delete(name)) throw new Error(`${name} was told to fail`);
    carriedOut.push(call);
  };
  const identity = openIdentity({
    accounts,
    serverName: 'example.org' as ServerName,
    registration,
    effects: {
      onAccountCreated: (userId) => effect('onAccountCreated', `created ${userId}`),
      onProfileChanged: (userId, profile) =>
        effect('onProfileChanged', `profile of ${userId}: ${JSON.stringify(profile)}`),
      onAccountDeactivated: (userId) => effect('onAccountDeactivated', `deactivated ${userId}`),
    },
    clock: { now: () => time, sleep: async () => {} },
    random: systemRandom,
    logger: silentLogger,
    passwordCost: { memoryKib: 64, passes: 1 },
  });
  const advance = (ms: number): void => {
    time += ms;
  };
  return { identity, carriedOut, failing, advance, now: () => time };
}
