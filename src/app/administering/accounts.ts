// The administration's part about accounts and registration tokens, answered by domain/identity.
import type { AdministrationImplementation } from '#app/administration';
import { type Account, addAccount, findAccount, listAccounts } from '#domain/identity/accounts';
import { changePassword } from '#domain/identity/change-password';
import { deactivateAccount } from '#domain/identity/deactivate-account';
import { listDevices } from '#domain/identity/devices';
import type { Identity } from '#domain/identity/identity';
import {
  createRegistrationToken,
  listRegistrationTokens,
  type RegistrationToken,
  revokeRegistrationToken,
} from '#domain/identity/registration-tokens';
import { userIdForName } from '#domain/identity/user-names';

type AccountMethods =
  | 'createToken'
  | 'listTokens'
  | 'revokeToken'
  | 'addAccount'
  | 'listAccounts'
  | 'showAccount'
  | 'setPassword'
  | 'deactivateAccount';

/** @param actorOf the ActivityPub actor of an account, by its local part */
export function administerAccounts(
  identity: Identity,
  actorOf: (localpart: string) => string,
): Pick<AdministrationImplementation, AccountMethods> {
  const shown = ({ userId, localpart, createdAt, deactivatedAt }: Account) => ({
    name: localpart,
    userId,
    actor: actorOf(localpart),
    createdAt,
    deactivated: deactivatedAt !== undefined,
  });
  return {
    async createToken({ token, usesAllowed, expiresAt }) {
      const created = await createRegistrationToken(identity, {
        token,
        usesAllowed: usesAllowed ?? undefined,
        expiresAt: expiresAt ?? undefined,
      });
      return shownToken(created);
    },
    listTokens: async () => ({ tokens: (await listRegistrationTokens(identity)).map(shownToken) }),
    async revokeToken({ token }) {
      await revokeRegistrationToken(identity, token);
      return {};
    },
    addAccount: async ({ name, password }) => shown(await addAccount(identity, { name, password })),
    async listAccounts({ after, limit }) {
      const behind = after === undefined ? undefined : userIdForName(identity, after);
      const accounts = await listAccounts(identity, { after: behind, limit: limit + 1 });
      const page = accounts.slice(0, limit);
      const last = page.at(-1);
      return {
        accounts: page.map(shown),
        ...(accounts.length > limit && last ? { next: last.localpart } : {}),
      };
    },
    async showAccount({ name }) {
      const account = await findAccount(identity, name);
      const devices = await listDevices(identity, account.userId);
      return {
        ...shown(account),
        devices: devices.map(({ deviceId, displayName, lastSeen }) => ({
          deviceId,
          ...(displayName === undefined ? {} : { displayName }),
          ...(lastSeen === undefined ? {} : { lastSeenAt: lastSeen.at }),
        })),
      };
    },
    async setPassword({ name, password, keepSessions }) {
      const { userId } = await findAccount(identity, name);
      await changePassword(identity, userId, { password, removeDevices: !keepSessions });
      return {};
    },
    async deactivateAccount({ name }) {
      const { userId } = await findAccount(identity, name);
      await deactivateAccount(identity, userId, false);
      return {};
    },
  };
}

function shownToken({ token, usesAllowed, completed, expiresAt, valid }: RegistrationToken) {
  return {
    token,
    usesAllowed: usesAllowed ?? null,
    usesCompleted: completed,
    expiresAt: expiresAt ?? null,
    valid,
  };
}
