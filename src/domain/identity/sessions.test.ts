import { expect, test } from 'vitest';
import { addAccount } from '#domain/identity/accounts';
import { authenticate } from '#domain/identity/authenticate';
import { changePassword } from '#domain/identity/change-password';
import { deactivateAccount } from '#domain/identity/deactivate-account';
import { hashAccessToken, listDevices, removeAllDevices, removeDevices } from '#domain/identity/devices';
import { type Identity, openIdentity } from '#domain/identity/identity';
import { logIn } from '#domain/identity/log-in';
import type { UserId } from '#protocol/matrix/identifiers';
import { openTestIdentity } from '#test/fixtures/identity';

const alice = '@alice:example.org' as UserId;

async function open() {
  const test = await openTestIdentity();
  await addAccount(test.identity, { name: 'alice', password: 'secret' });
  const signIn = (deviceId?: string) => logIn(test.identity, { user: 'alice', password: 'secret', deviceId });
  return { ...test, signIn };
}

const callerOf = async (identity: Identity, token: string) => authenticate(identity, token, '192.0.2.1');
const unknownToken = { errcode: 'M_UNKNOWN_TOKEN', details: { soft_logout: false } };

test('an access token names its user and device, and only its hash is stored', async () => {
  const { identity, signIn } = await open();
  const { accessToken, deviceId } = await signIn();
  expect(await callerOf(identity, accessToken)).toEqual({ userId: alice, localpart: 'alice', deviceId });
  const stored = await identity.accounts.read((reader) => reader.device(alice, deviceId));
  expect(stored?.tokenHash).toBe(hashAccessToken(accessToken).toString('base64'));
  expect(JSON.stringify(stored)).not.toContain(accessToken);
});

test('an unknown token is refused, whatever it looks like', async () => {
  const { identity } = await open();
  for (const token of ['', 'x', 'x'.repeat(10_000)]) {
    await expect(callerOf(identity, token)).rejects.toMatchObject(unknownToken);
  }
});

test.each([
  ['logout', (identity: Identity, deviceId: string) => removeDevices(identity, alice, [deviceId])],
  ['logout everywhere', (identity: Identity) => removeAllDevices(identity, alice)],
  ['deactivation', (identity: Identity) => deactivateAccount(identity, alice, false)],
  [
    'a new password',
    (identity: Identity) => changePassword(identity, alice, { password: 'new', removeDevices: true }),
  ],
])('%s ends sessions at once, remembered ones too', async (_name, end) => {
  const { identity, signIn } = await open();
  const { accessToken, deviceId } = await signIn();
  await callerOf(identity, accessToken);
  await end(identity, deviceId);
  await expect(callerOf(identity, accessToken)).rejects.toMatchObject(unknownToken);
});

test('a token that is being read while its device is removed is not remembered', async () => {
  const { identity, signIn } = await open();
  const { accessToken, deviceId } = await signIn();
  const reading = callerOf(identity, accessToken);
  const removal = removeDevices(identity, alice, [deviceId]);
  await Promise.allSettled([reading, removal]);
  await expect(callerOf(identity, accessToken)).rejects.toMatchObject(unknownToken);
});

test('what another process logs out is seen after five seconds', async () => {
  const { identity, signIn, advance } = await open();
  const { accessToken, deviceId } = await signIn();
  await callerOf(identity, accessToken);
  const other = openIdentity(identity);
  await removeDevices(other, alice, [deviceId]);
  expect(await callerOf(identity, accessToken)).toMatchObject({ deviceId });
  advance(5_000);
  await expect(callerOf(identity, accessToken)).rejects.toMatchObject(unknownToken);
});

test('signing in on a device again ends its earlier session and keeps its name', async () => {
  const { identity, signIn } = await open();
  const named = { user: 'alice', password: 'secret', deviceId: 'D', initialDisplayName: 'phone' };
  const first = await logIn(identity, named);
  await callerOf(identity, first.accessToken);
  const second = await logIn(identity, { ...named, initialDisplayName: 'ignored' });
  await expect(callerOf(identity, first.accessToken)).rejects.toMatchObject(unknownToken);
  expect(await callerOf(identity, second.accessToken)).toMatchObject({ deviceId: 'D' });
  await signIn('E');
  const devices = await listDevices(identity, alice);
  expect(devices).toMatchObject([{ deviceId: 'D', displayName: 'phone' }, { deviceId: 'E' }]);
});

test('devices are seen once in five minutes, and nothing is left of removed ones', async () => {
  const { identity, signIn, advance, now } = await open();
  const { accessToken, deviceId } = await signIn();
  const start = now();
  const seenAt = async () => (await listDevices(identity, alice))[0]?.lastSeen?.at;
  for (const wait of [0, 295_000]) {
    advance(wait);
    await callerOf(identity, accessToken);
    await identity[Symbol.asyncDispose]();
    expect(await seenAt()).toBe(start);
  }
  advance(5_000);
  await callerOf(identity, accessToken);
  await identity[Symbol.asyncDispose]();
  expect(await seenAt()).toBe(start + 300_000);
  await removeDevices(identity, alice, [deviceId]);
  expect(await identity.accounts.read((reader) => reader.devicesSeen(alice))).toEqual(new Map());
});

test('a password that is changed while it is being checked opens no session', async () => {
  const { identity, signIn } = await open();
  const outcome = await Promise.allSettled([
    changePassword(identity, alice, { password: 'new', removeDevices: true }),
    signIn(),
  ]);
  const [, session] = outcome;
  if (session.status === 'fulfilled') {
    await expect(callerOf(identity, session.value.accessToken)).rejects.toMatchObject(unknownToken);
  } else expect(session.reason).toMatchObject({ errcode: 'M_FORBIDDEN' });
});
