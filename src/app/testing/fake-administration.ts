// An administration in memory, for tests of the commands and of the control socket: it keeps what it is told and does
// nothing else.
import type { AdministrationImplementation, AdministrationOutput } from '#app/administration';
import { ProtocolError } from '#support/errors';

type Account = AdministrationOutput<'listAccounts'>['accounts'][number];
type Token = AdministrationOutput<'createToken'>;

export function fakeAdministration(): AdministrationImplementation {
  const accounts = new Map<string, Account>();
  const passwords = new Map<string, string>();
  const tokens = new Map<string, Token>();
  const following = new Set<string>();
  const posts: string[] = [];
  const found = (name: string) => {
    const account = accounts.get(name);
    if (!account) throw new ProtocolError('notFound', `There is no account ${name}.`);
    return account;
  };
  return {
    async createToken({ token = `token${tokens.size + 1}`, usesAllowed, expiresAt }) {
      const created = { token, usesAllowed, usesCompleted: 0, expiresAt, valid: true };
      tokens.set(token, created);
      return created;
    },
    listTokens: async () => ({ tokens: [...tokens.values()] }),
    async revokeToken({ token }) {
      if (!tokens.delete(token))
        throw new ProtocolError('notFound', `There is no registration token ${token}.`);
      return {};
    },
    async addAccount({ name, password }) {
      if (accounts.has(name)) throw new ProtocolError('userInUse', `The name ${name} is taken.`);
      const userId = `@${name}:hearth.test`;
      const actor = `https://hearth.test/users/${name}`;
      const account = { name, userId, actor, createdAt: 1_700_000_000_000, deactivated: false };
      accounts.set(name, account);
      passwords.set(name, password);
      return account;
    },
    async listAccounts({ after = '', limit }) {
      const names = [...accounts.keys()].sort().filter((name) => name > after);
      const page = names.slice(0, limit);
      return { accounts: page.map(found), ...(names.length > limit ? { next: page.at(-1) } : {}) };
    },
    showAccount: async ({ name }) => ({ ...found(name), devices: [{ deviceId: passwords.get(name) ?? '' }] }),
    async setPassword({ name, password }) {
      passwords.set(found(name).name, password);
      return {};
    },
    async deactivateAccount({ name }) {
      accounts.set(name, { ...found(name), deactivated: true });
      return {};
    },
    async dumpKeys({ after }) {
      if (after === undefined) return { keys: [{ path: 'a/1', valueBytes: 10 }], next: 'a/1' };
      return { keys: [{ path: 'a/2', valueBytes: 20 }] };
    },
    check: async ({ database }) => ({
      rowsRead: 3,
      differences: database === 'social' ? ['one row too many'] : [],
    }),
    async follow({ account, target }) {
      following.add(`${found(account).name} ${target}`);
      return { actor: `https://peer.test/${target}`, state: 'requested' };
    },
    async unfollow({ account, target }) {
      if (!following.delete(`${account} ${target}`)) {
        throw new ProtocolError('notFound', `${account} does not follow ${target}.`);
      }
      return { actor: `https://peer.test/${target}` };
    },
    async post({ account, text }) {
      posts.push(text);
      return { note: `${found(account).actor}/posts/${posts.length}` };
    },
    inbox: async ({ account }) => ({
      notes: posts.map((text, index) => ({
        note: `https://peer.test/${index}`,
        author: found(account).actor,
        publishedAt: 1_700_000_000_000,
        html: `<p>${text}</p>`,
        text,
      })),
    }),
    followers: async ({ account }) => ({
      total: 1,
      followers: [`https://peer.test/of/${found(account).name}`],
    }),
    deliveries: async ({ account }) => ({
      deliveries: [
        {
          activity: `${found(account).actor}/activities/1`,
          inbox: 'https://peer.test/inbox',
          state: 'waiting',
          attempts: 2,
        },
      ],
    }),
  };
}
