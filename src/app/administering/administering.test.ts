import { describe, expect, it } from 'vitest';
import { administerAccounts } from '#app/administering/accounts';
import { administerKeys } from '#app/administering/dump-keys';
import { administrationOver, callsOf } from '#app/administration-call';
import { openAccountsDatabase } from '#databases/accounts/accounts-database';
import { joinTransports } from '#network/transport';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';
import { fakeAdministration } from '#test/fixtures/fake-administration';
import { openTestIdentity } from '#test/fixtures/identity';
import { handClock, openSocialServer } from '#test/fixtures/social-server';

async function openAdministered() {
  const { identity } = await openTestIdentity();
  const outside = joinTransports(new Map());
  const { social } = await openSocialServer({ origin: 'https://a.test', outside, clock: handClock() });
  const parts = administerAccounts(identity, social);
  return administrationOver(callsOf({ ...fakeAdministration(), ...parts }));
}

describe('the administration of accounts', () => {
  it('adds, shows, lists page by page and deactivates', async () => {
    const administration = await openAdministered();
    for (const name of ['carol', 'alice', 'bob']) {
      await administration.addAccount({ name, password: 'correct horse battery' });
    }
    const first = await administration.listAccounts({ limit: 2 });
    expect(first.accounts.map(({ name }) => name)).toEqual(['alice', 'bob']);
    const second = await administration.listAccounts({ limit: 2, after: first.next });
    expect(second).toMatchObject({ accounts: [{ name: 'carol', actor: 'https://a.test/users/carol' }] });
    expect(second.next).toBeUndefined();
    await administration.deactivateAccount({ name: 'bob' });
    expect(await administration.showAccount({ name: 'bob' })).toMatchObject({
      deactivated: true,
      devices: [],
    });
    await expect(
      administration.addAccount({ name: 'bob', password: 'correct horse battery' }),
    ).rejects.toMatchObject({
      kind: 'userInUse',
    });
    await expect(
      administration.setPassword({ name: 'nobody', password: 'x'.repeat(12) }),
    ).rejects.toMatchObject({
      kind: 'notFound',
    });
  });

  it('makes registration tokens, lists what they are worth, and revokes them', async () => {
    const administration = await openAdministered();
    const { token } = await administration.createToken({ usesAllowed: 2 });
    expect(token.length).toBeGreaterThan(10);
    await administration.createToken({ token: 'tea' });
    await administration.revokeToken({ token: 'tea' });
    const { tokens } = await administration.listTokens({});
    expect(tokens.find((listed) => listed.token === token)).toMatchObject({ usesAllowed: 2, valid: true });
    expect(tokens.find((listed) => listed.token === 'tea')).toMatchObject({
      usesAllowed: null,
      valid: false,
    });
  });
});

describe('the dump of keys', () => {
  it('names every row, page by page, in the order of the raw keys', async () => {
    await using store = makeStore(openMemoryEngine());
    const { tables, write } = await openAccountsDatabase(store);
    const { dumpKeys } = administerKeys({
      rooms: { store, tables: {} },
      accounts: { store, tables },
      transitory: { store, tables: {} },
      social: { store, tables: {} },
    });
    await write((writer) => {
      for (const name of ['a', 'b', 'c']) writer.setRegistrationToken(name, { createdAt: 1, completed: 0 });
    });
    const paths: string[] = [];
    let next: string | undefined;
    do {
      const page = await dumpKeys({ database: 'accounts', limit: 2, after: next });
      expect(page.keys.length).toBeLessThanOrEqual(2);
      paths.push(...page.keys.map(({ path }) => path));
      next = page.next;
    } while (next !== undefined);
    expect(paths.filter((path) => path.startsWith('registrationTokens('))).toEqual([
      'registrationTokens(token=a)',
      'registrationTokens(token=b)',
      'registrationTokens(token=c)',
    ]);
    expect(await dumpKeys({ database: 'rooms', limit: 2 })).toEqual({ keys: [] });
    await expect(dumpKeys({ database: 'accounts', limit: 2, after: 'zz' })).rejects.toMatchObject({
      kind: 'invalidParam',
    });
  });
});
