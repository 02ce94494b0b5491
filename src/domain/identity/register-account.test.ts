import { expect, test } from 'vitest';
import { repairAccounts } from '#domain/identity/account-effects';
import { addAccount, findAccount, listAccounts } from '#domain/identity/accounts';
import { deactivateAccount } from '#domain/identity/deactivate-account';
import { logIn } from '#domain/identity/log-in';
import { setProfileField } from '#domain/identity/profiles';
import { type RegistrationRequest, registerAccount } from '#domain/identity/register-account';
import {
  createRegistrationToken,
  isRegistrationTokenValid,
  listRegistrationTokens,
  revokeRegistrationToken,
} from '#domain/identity/registration-tokens';
import type { UserId } from '#protocol/matrix/identifiers';
import { openTestIdentity } from '#test/fixtures/identity';

const open = openTestIdentity;

const alice = '@alice:example.org' as UserId;
const withDummy = { password: 'secret', auth: { type: 'm.login.dummy' } };
const withToken = (token: string): Partial<RegistrationRequest> => ({
  password: 'secret',
  auth: { type: 'm.login.registration_token', token },
});

test('an account has its actor as soon as it is registered', async () => {
  const { identity, carriedOut } = await open();
  await registerAccount(identity, { username: 'Alice', ...withDummy });
  expect(carriedOut).toEqual([`created ${alice}`]);
  expect(await identity.accounts.read((reader) => reader.intents())).toEqual([]);
});

test('a crash between account and actor is repaired, once', async () => {
  const { identity, carriedOut, failing } = await open();
  failing.add('onAccountCreated');
  const outcome = await registerAccount(identity, { username: 'alice', ...withDummy });
  expect(outcome).toMatchObject({ value: { userId: alice } });
  expect(carriedOut).toEqual([]);

  failing.add('onAccountCreated');
  expect(await repairAccounts(identity)).toEqual({ completed: 0, failed: 1 });
  expect(await repairAccounts(identity)).toEqual({ completed: 1, failed: 0 });
  expect(await repairAccounts(identity)).toEqual({ completed: 0, failed: 0 });
  expect(carriedOut).toEqual([`created ${alice}`]);
});

test('an account that is closed before it has its actor gets none', async () => {
  const { identity, carriedOut, failing } = await open();
  failing.add('onAccountCreated');
  await registerAccount(identity, { username: 'alice', ...withDummy });
  await deactivateAccount(identity, alice, false);
  expect(await repairAccounts(identity)).toEqual({ completed: 1, failed: 0 });
  expect(carriedOut).toEqual([`deactivated ${alice}`]);
  expect(await identity.accounts.read((reader) => reader.intents())).toEqual([]);
});

test('an account that is closed while its actor is made is seen off afterwards', async () => {
  const { identity, carriedOut } = await open();
  const effects = {
    ...identity.effects,
    async onAccountCreated(userId: UserId) {
      await deactivateAccount(identity, userId, false);
      await identity.effects.onAccountCreated(userId);
    },
  };
  await registerAccount({ ...identity, effects }, { username: 'alice', ...withDummy });
  expect(carriedOut).toEqual([`deactivated ${alice}`, `created ${alice}`, `deactivated ${alice}`]);
  expect(await identity.accounts.read((reader) => reader.intents())).toEqual([]);
});

test('a lost effect of a deactivation and of a new profile is repaired, too', async () => {
  const { identity, carriedOut, failing } = await open();
  await addAccount(identity, { name: 'alice' });
  await addAccount(identity, { name: 'bob' });
  carriedOut.length = 0;
  failing.add('onProfileChanged').add('onAccountDeactivated');
  await setProfileField(identity, alice, 'displayname', 'Alice');
  await deactivateAccount(identity, '@bob:example.org' as UserId, false);
  expect(await repairAccounts(identity)).toEqual({ completed: 2, failed: 0 });
  expect(carriedOut.sort()).toEqual([
    'deactivated @bob:example.org',
    'profile of @alice:example.org: {"displayname":"Alice"}',
  ]);
});

test('of two registrations of one name at the same time one wins', async () => {
  const { identity } = await open();
  const outcomes = await Promise.allSettled(
    [1, 2, 3].map(() => registerAccount(identity, { username: 'alice', ...withDummy })),
  );
  const refusals = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refusals.map(({ reason }) => reason.errcode)).toEqual(['M_USER_IN_USE', 'M_USER_IN_USE']);
});

test('without a user name one is made up that the grammar allows', async () => {
  const { identity } = await open();
  const outcome = await registerAccount(identity, withDummy);
  expect(outcome).toMatchObject({ value: { userId: expect.stringMatching(/^@[0-9a-f]{16}:example\.org$/) } });
});

test('a registration token makes as many accounts as it is for, even at the same time', async () => {
  const { identity } = await open('token');
  const { token } = await createRegistrationToken(identity, { usesAllowed: 2 });
  const outcomes = await Promise.allSettled(
    ['a', 'b', 'c'].map((username) => registerAccount(identity, { username, ...withToken(token) })),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  expect(await listAccounts(identity, { limit: 10 })).toHaveLength(2);
  expect(await listRegistrationTokens(identity)).toMatchObject([{ completed: 2, valid: false }]);
});

test('a registration token ends by its time, by being revoked, and was never valid if nobody made it', async () => {
  const { identity, advance, now } = await open('token');
  const timed = await createRegistrationToken(identity, { expiresAt: now() + 1_000 });
  const revoked = await createRegistrationToken(identity, { token: 'chosen.by-hand_~' });
  const valid = () =>
    Promise.all(
      [timed.token, revoked.token, 'unknown'].map((token) => isRegistrationTokenValid(identity, token)),
    );
  expect(await valid()).toEqual([true, true, false]);
  await revokeRegistrationToken(identity, revoked.token);
  expect(await valid()).toEqual([true, false, false]);
  advance(1_000);
  expect(await valid()).toEqual([false, false, false]);
  const outcome = await registerAccount(identity, { username: 'a', ...withToken(timed.token) });
  expect(outcome).toMatchObject({ challenge: { errcode: 'M_FORBIDDEN' } });
});

test.each([
  [{ token: 'no spaces' }, 'M_INVALID_PARAM'],
  [{ token: '' }, 'M_INVALID_PARAM'],
  [{ token: 'x'.repeat(65) }, 'M_INVALID_PARAM'],
  [{ usesAllowed: 0 }, 'M_INVALID_PARAM'],
  [{ usesAllowed: 1.5 }, 'M_INVALID_PARAM'],
  [{ expiresAt: 1 }, 'M_INVALID_PARAM'],
])('a registration token cannot be made of %j', async (request, errcode) => {
  const { identity } = await open('token');
  await expect(createRegistrationToken(identity, request)).rejects.toMatchObject({ errcode });
});

test('a registration token is not made twice, and only a known one is revoked', async () => {
  const { identity } = await open('token');
  await createRegistrationToken(identity, { token: 'a' });
  await expect(createRegistrationToken(identity, { token: 'a' })).rejects.toMatchObject({ status: 409 });
  await expect(revokeRegistrationToken(identity, 'b')).rejects.toMatchObject({ errcode: 'M_NOT_FOUND' });
});

test('administrators make accounts while registration is closed, with and without a password', async () => {
  const { identity, carriedOut } = await open('closed');
  const refusal = registerAccount(identity, { username: 'a', ...withDummy });
  await expect(refusal).rejects.toMatchObject({ errcode: 'M_FORBIDDEN' });
  const account = await addAccount(identity, { name: 'alice', password: 'secret', admin: true });
  expect(account).toMatchObject({ userId: alice, localpart: 'alice', admin: true });
  await addAccount(identity, { name: 'bob' });
  expect(carriedOut).toHaveLength(2);
  expect(await logIn(identity, { user: 'alice', password: 'secret' })).toMatchObject({ userId: alice });
  const withoutPassword = logIn(identity, { user: 'bob', password: '' });
  await expect(withoutPassword).rejects.toMatchObject({ errcode: 'M_FORBIDDEN' });
});

test('accounts are listed page by page and found by name in any form', async () => {
  const { identity } = await open();
  for (const name of ['carol', 'alice', 'bob']) await addAccount(identity, { name });
  const first = await listAccounts(identity, { limit: 2 });
  expect(first.map(({ localpart }) => localpart)).toEqual(['alice', 'bob']);
  const rest = await listAccounts(identity, { limit: 2, after: first[1]!.userId });
  expect(rest.map(({ localpart }) => localpart)).toEqual(['carol']);
  for (const name of ['alice', 'Alice', '@alice:example.org', '@ALICE:example.org']) {
    expect(await findAccount(identity, name)).toMatchObject({ userId: alice });
  }
  for (const name of ['dave', '@alice:elsewhere.org', 'alice:example.org', '@alice', '']) {
    await expect(findAccount(identity, name)).rejects.toMatchObject({ errcode: 'M_NOT_FOUND' });
  }
});

test('a name that something else here goes by is not given away, whoever asks', async () => {
  const { identity } = await open();
  const reserving = { ...identity, isNameTaken: async (localpart: string) => localpart === 'ali' };
  const taken = { kind: 'userInUse' };
  await expect(registerAccount(reserving, { username: 'Ali', ...withDummy })).rejects.toMatchObject(taken);
  await expect(addAccount(reserving, { name: 'ali' })).rejects.toMatchObject(taken);
  await expect(findAccount(identity, 'ali')).rejects.toMatchObject({ kind: 'notFound' });
  await addAccount(reserving, { name: 'alina' });
});
