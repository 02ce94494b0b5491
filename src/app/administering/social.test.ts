import { afterEach, beforeEach, expect, it } from 'vitest';
import { administerSocial } from '#app/administering/social';
import { type AdministrationMethod, administrationMethods } from '#app/administration';
import { administrationOver, callsOf } from '#app/administration-call';
import { type Fediverse, openFediverse } from '#app/fediverse';
import { openAccountsDatabase } from '#databases/accounts/accounts-database';
import { openStoreEngine } from '#databases/social/engines/store/open-store-engine';
import { addAccount } from '#domain/identity/accounts';
import { deactivateAccount } from '#domain/identity/deactivate-account';
import { type Identity, openIdentity } from '#domain/identity/identity';
import { setProfileField } from '#domain/identity/profiles';
import { getActorDocument } from '#domain/social/local-actors';
import { joinTransports } from '#network/transport';
import type { ServerName } from '#protocol/matrix/server-name';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';
import { systemClock } from '#support/clock';
import { silentLogger } from '#support/logging';
import { systemRandom } from '#support/random';
import { fakeAdministration } from '#test/fixtures/fake-administration';

const surroundings = { clock: systemClock, random: systemRandom, logger: silentLogger };
const serverName = 'home.example' as ServerName;
const alice = 'https://home.example/users/alice';

let fediverse: Fediverse;
let identity: Identity;
let administration: ReturnType<typeof administerSocial>;

beforeEach(async () => {
  const store = makeStore(openMemoryEngine(), surroundings);
  fediverse = await openFediverse({
    config: {
      publicUrl: 'https://home.example',
      serverName,
      allowPrivateNetwork: false,
      registration: 'closed',
    },
    engine: await openStoreEngine(store),
    transport: joinTransports(new Map()),
    ...surroundings,
  });
  identity = openIdentity({
    accounts: await openAccountsDatabase(store),
    serverName,
    registration: 'closed',
    effects: fediverse.effects,
    ...surroundings,
  });
  for (const name of ['alice', 'bob']) await addAccount(identity, { name });
  administration = administerSocial(fediverse.social, identity);
});

afterEach(async () => {
  await identity[Symbol.asyncDispose]();
  await fediverse[Symbol.asyncDispose]();
});

/** What the commands get to see: only what fits the administration's own schema. */
const shown = (method: AdministrationMethod, answer: unknown) => {
  const checked = administrationMethods[method].output.safeParse(answer);
  expect(checked.error).toBeUndefined();
  expect(checked.data).toEqual(answer);
  return answer;
};

it('refuses a post without a text in words', async () => {
  const { post } = administrationOver(callsOf({ ...fakeAdministration(), ...administration }));
  for (const text of ['', ' \n']) {
    await expect(post({ account: 'alice', text })).rejects.toMatchObject({
      kind: 'invalidParam',
      message: 'The text of a post must not be empty.',
    });
  }
});

it('answers the commands about the fediverse', async () => {
  const listing = { account: 'bob', limit: 10 };
  const followed = await administration.follow({
    account: '@Bob:home.example',
    target: '@alice@home.example',
  });
  expect(shown('follow', followed)).toEqual({ actor: alice, state: 'accepted' });
  expect(shown('followers', await administration.followers({ ...listing, account: 'alice' }))).toEqual({
    total: 1,
    followers: ['https://home.example/users/bob'],
  });
  const posted = await administration.post({ account: 'alice', text: 'Hello', visibility: 'followers' });
  expect(shown('post', posted)).toEqual({ note: expect.stringContaining(`${alice}/posts/`) });
  expect(shown('inbox', await administration.inbox(listing))).toMatchObject({
    notes: [{ note: posted.note, author: alice, html: '<p>Hello</p>', text: 'Hello' }],
  });
  expect(shown('deliveries', await administration.deliveries(listing))).toEqual({ deliveries: [] });
  const unfollowed = await administration.unfollow({ account: 'bob', target: alice });
  expect(shown('unfollow', unfollowed)).toEqual({ actor: alice });
  await expect(administration.inbox({ ...listing, account: 'nobody' })).rejects.toMatchObject({
    kind: 'notFound',
  });
});

it('gives every account its actor at once, under the name that it has, and takes it away', async () => {
  expect(await getActorDocument(fediverse.social, 'alice')).toMatchObject({ id: alice, name: 'alice' });
  const { userId } = await addAccount(identity, { name: 'carol' });
  await setProfileField(identity, userId, 'displayname', 'Carol');
  expect(await getActorDocument(fediverse.social, 'carol')).toMatchObject({ name: 'Carol' });
  await deactivateAccount(identity, userId, false);
  await expect(getActorDocument(fediverse.social, 'carol')).rejects.toMatchObject({ kind: 'gone' });
});
