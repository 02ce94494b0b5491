// What a change to an account brings about in other databases. No transaction spans two of them: the change stores what
// it intends, the effect is carried out after the commit, idempotently, and then the intent is cleared. Whatever a crash
// or an error leaves behind is found and completed by `repairAccounts`.
import { isDeepStrictEqual } from 'node:util';
import type { AccountsReader } from '#databases/accounts/accounts-database';
import type { Identity } from '#domain/identity/identity';
import type { UserId } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';

/** Each may be called again for the same account, and must then end in the same state. */
export interface AccountEffects {
  /** Makes the account's actor. */
  onAccountCreated(userId: UserId): Promise<void>;
  /** Tells rooms (and followers) of a new display name or avatar. */
  onProfileChanged(userId: UserId, profile: JsonObject): Promise<void>;
  /** Leaves rooms and ends what the account has elsewhere. */
  onAccountDeactivated(userId: UserId): Promise<void>;
}

/** An effect that is still to be carried out. */
export type Intent = Awaited<ReturnType<AccountsReader['intents']>>[number];

/**
 * Carries out the effect of a committed change. An error is logged and leaves the intent to `repairAccounts`: the change
 * itself has been made.
 * @returns whether the effect is complete
 */
export async function carryOut(identity: Identity, { change, userId }: Intent): Promise<boolean> {
  const { effects, accounts, logger } = identity;
  try {
    if (change === 'profileChanged') await spreadProfile(identity, userId);
    else if (change === 'created') await welcome(identity, userId);
    else {
      await effects.onAccountDeactivated(userId);
      await accounts.write((writer) => writer.clearIntent(change, userId), { idempotent: true });
    }
    return true;
  } catch (error) {
    logger.error({ error, change, userId }, 'an effect of a change to an account is left to be repaired');
    return false;
  }
}

/**
 * Makes what a new account has elsewhere, unless it is closed by now. One that is closed meanwhile is seen off by this
 * too, since whoever closed it may have come before there was anything to end.
 */
async function welcome({ accounts, effects }: Identity, userId: UserId): Promise<void> {
  const isClosed = async (reader: AccountsReader) =>
    (await reader.account(userId))?.deactivatedAt !== undefined;
  const wasClosed = await accounts.read(isClosed);
  if (!wasClosed) await effects.onAccountCreated(userId);
  const { value: isDone } = await accounts.write(
    async (writer) => {
      if (!wasClosed && (await isClosed(writer))) return false;
      writer.clearIntent('created', userId);
      return true;
    },
    { idempotent: true },
  );
  if (isDone) return;
  await effects.onAccountDeactivated(userId);
  await accounts.write((writer) => writer.clearIntent('created', userId), { idempotent: true });
}

/** Tells of the profile until what was told last is what is stored, so that of several changes the newest wins. */
async function spreadProfile({ accounts, effects }: Identity, userId: UserId): Promise<void> {
  for (;;) {
    const told = (await accounts.read((reader) => reader.profile(userId))) ?? {};
    await effects.onProfileChanged(userId, told);
    const { value: isCurrent } = await accounts.write(
      async (writer) => {
        const same = isDeepStrictEqual((await writer.profile(userId)) ?? {}, told);
        if (same) writer.clearIntent('profileChanged', userId);
        return same;
      },
      { idempotent: true },
    );
    if (isCurrent) return;
  }
}

/** Completes what was begun and not finished: called at start-up, and harmless at any time. */
export async function repairAccounts(identity: Identity): Promise<{ completed: number; failed: number }> {
  const intents = await identity.accounts.read((reader) => reader.intents());
  let completed = 0;
  for (const intent of intents) if (await carryOut(identity, intent)) completed++;
  return { completed, failed: intents.length - completed };
}
