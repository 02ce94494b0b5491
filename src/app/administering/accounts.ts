// The administration's part about accounts and registration tokens, answered by domain/identity; what accounts say of
// themselves in the fediverse, by domain/social.
import { actorTypes, changeProfile, profileOf } from '#app/administering/profiles';
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
import type { Social } from '#domain/social/social';
import { actorUri } from '#protocol/activitypub/actor-uris';
import { ProtocolError } from '#support/errors';

type AccountMethods =
  | 'createToken'
  | 'listTokens'
  | 'revokeToken'
  | 'addAccount'
  | 'listAccounts'
  | 'showAccount'
  | 'updateAccount'
  | 'setPassword'
  | 'deactivateAccount';

export function administerAccounts(
  identity: Identity,
  social: Social,
): Pick<AdministrationImplementation, AccountMethods> {
  const shown = ({ userId, localpart, createdAt, deactivatedAt }: Account) => ({
    name: localpart,
    userId,
    ...(social.database.promises.keeps ? { actor: actorUri(social.origin, localpart) } : {}),
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
    async addAccount({ name, password, profile }) {
      const account = await addAccount(identity, { name, password });
      if (profile) {
        await changeProfile(social, identity, account.localpart, profile).catch((error: unknown) => {
          if (!(error instanceof ProtocolError)) throw error;
          const made = `${account.userId} is made, but not all that was asked for: ${error.message}`;
          throw new ProtocolError(error.kind, `${made} "hearth account update" can set the rest.`);
        });
      }
      return shown(account);
    },
    async updateAccount({ name, ...changes }) {
      const account = await findAccount(identity, name);
      await changeProfile(social, identity, name, changes);
      const profile = await profileOf(social, account.localpart);
      if (!profile) throw new ProtocolError('gone', `${account.userId} has been deactivated.`);
      return { ...shown(account), profile };
    },
    async listAccounts({ after, limit }) {
      const behind = after === undefined ? undefined : userIdForName(identity, after);
      const accounts = await listAccounts(identity, { after: behind, limit: limit + 1 });
      const page = accounts.slice(0, limit);
      const last = page.at(-1);
      const types = await actorTypes(
        social,
        page.map(({ localpart }) => localpart),
      );
      return {
        accounts: page.map((account) => {
          const type = types.get(account.localpart);
          return { ...shown(account), ...(type ? { type } : {}) };
        }),
        ...(accounts.length > limit && last ? { next: last.localpart } : {}),
      };
    },
    async showAccount({ name }) {
      const account = await findAccount(identity, name);
      const devices = await listDevices(identity, account.userId);
      const profile = await profileOf(social, account.localpart);
      return {
        ...shown(account),
        ...(profile ? { profile } : {}),
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
