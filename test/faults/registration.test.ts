// Registrations while conflicts strike and commits get lost: a token pays for just as many accounts as it is for, and
// everyone who was told of an account has one that works.
import { expect, test } from 'vitest';
import { authenticate } from '#domain/identity/authenticate';
import { changePassword } from '#domain/identity/change-password';
import { logIn } from '#domain/identity/log-in';
import { setProfileField } from '#domain/identity/profiles';
import { registerAccount } from '#domain/identity/register-account';
import { createRegistrationToken, listRegistrationTokens } from '#domain/identity/registration-tokens';
import { makeFaultyEngine } from '#store/engines/faulty';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';
import { type Clock, systemClock } from '#support/clock';
import { seededRandom } from '#support/random';
import { openTestIdentity } from '#test/fixtures/identity';

const hastyClock: Clock = {
  now: () => Date.now(),
  sleep: () => new Promise((resolve) => setImmediate(resolve)),
};

function openStormyStore(seed: string) {
  const random = seededRandom(seed);
  const chances = {
    conflict: 0.1,
    tooOld: 0.05,
    unknownApplied: 0.2,
    unknownNotApplied: 0.15,
    unknownAppliedLater: 0.15,
  };
  const engine = makeFaultyEngine(openMemoryEngine(), { clock: systemClock, random, chances });
  return { engine, store: makeStore(engine, { clock: hastyClock, random }) };
}

test.each(['gale', 'squall', 'blizzard', 'monsoon'])('a registration token in a %s', async (seed) => {
  const { engine, store } = openStormyStore(seed);
  await using _ = store;
  const { identity, carriedOut } = await openTestIdentity('token', store);
  const { token } = await createRegistrationToken(identity, { usesAllowed: 5 });
  const auth = { type: 'm.login.registration_token', token };
  const outcomes = await Promise.allSettled(
    Array.from({ length: 9 }, (_, index) =>
      registerAccount(identity, { username: `user${index}`, password: 'secret', auth }),
    ),
  );
  const made = [];
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ errcode: 'M_FORBIDDEN' });
    else if ('value' in outcome.value) made.push(outcome.value.value);
    else expect(outcome.value.challenge).toMatchObject({ errcode: 'M_FORBIDDEN' });
  }
  expect(made).toHaveLength(5);
  expect(await listRegistrationTokens(identity)).toMatchObject([{ completed: 5, valid: false }]);
  expect(new Set(carriedOut)).toEqual(new Set(made.map(({ userId }) => `created ${userId}`)));
  expect(await identity.accounts.read((reader) => reader.intents())).toEqual([]);
  for (const { userId, session } of made) {
    expect(await authenticate(identity, session!.accessToken, '')).toMatchObject({ userId });
  }
  expect((await identity.accounts.check()).value.differences).toEqual([]);
  expect(engine.struck.unknownApplied).toBeGreaterThan(0);
});

test.each(['gale', 'squall', 'blizzard', 'monsoon'])(
  'passwords changed one after another in a %s',
  async (seed) => {
    await using store = openStormyStore(seed).store;
    const { identity } = await openTestIdentity('open', store);
    const outcome = await registerAccount(identity, {
      username: 'alice',
      password: '0',
      auth: { type: 'm.login.dummy' },
    });
    if (!('value' in outcome)) throw new Error('expected an account');
    const { userId } = outcome.value;
    for (let round = 1; round <= 12; round++) {
      const [first, second] = [`${round}a`, `${round}b`];
      await changePassword(identity, userId, { password: first, removeDevices: false });
      await changePassword(identity, userId, { password: second, removeDevices: false });
      // What is still under way takes place after five milliseconds.
      await new Promise((resolve) => setTimeout(resolve, 10));
      expect(await logIn(identity, { user: 'alice', password: second })).toMatchObject({ userId });
    }
  },
);

test('a new name is told, even where the outcome of its commit was lost', async () => {
  const engine = makeFaultyEngine(openMemoryEngine(), { clock: systemClock, random: seededRandom('name') });
  await using store = makeStore(engine, { clock: hastyClock });
  const { identity, carriedOut } = await openTestIdentity('open', store);
  const outcome = await registerAccount(identity, {
    username: 'alice',
    password: 'secret',
    auth: { type: 'm.login.dummy' },
  });
  if (!('value' in outcome)) throw new Error('expected an account');
  const { userId } = outcome.value;
  engine.failNext('unknownApplied');
  expect(await setProfileField(identity, userId, 'displayname', 'Alice')).toMatchObject({ changed: true });
  expect(carriedOut.at(-1)).toBe(`profile of ${userId}: {"displayname":"Alice"}`);
});
