import { expect, test } from 'vitest';
import {
  authenticateInteractively,
  type Challenge,
  endInteractiveSession,
  type InteractiveDemand,
} from '#domain/identity/interactive-auth';
import type { JsonObject } from '#protocol/matrix/json';
import { ProtocolError } from '#support/errors';
import { openTestIdentity } from '#test/fixtures/identity';

const demand: InteractiveDemand = {
  purpose: 'test',
  flows: [['one', 'two'], ['one', 'three', 'four'], ['five']],
  stages: {
    one: async ({ secret }) => {
      if (secret !== 'right') throw new ProtocolError('forbidden', 'wrong secret');
      return 'fact of one';
    },
    two: async () => undefined,
    three: async () => undefined,
    four: async () => undefined,
    five: async () => {
      throw new ProtocolError('missingParam', 'five needs more');
    },
  },
};
const flows = demand.flows.map((stages) => ({ stages }));

async function open() {
  const test = await openTestIdentity();
  const attempt = (auth?: JsonObject, of = demand) => authenticateInteractively(test.identity, of, auth);
  const challenge = async (auth?: JsonObject, of = demand): Promise<Challenge> => {
    const outcome = await attempt(auth, of);
    if (!('challenge' in outcome)) throw new Error('expected a challenge');
    return outcome.challenge;
  };
  return { ...test, attempt, challenge };
}

test('without auth there is a challenge with a session and no error', async () => {
  const { challenge } = await open();
  const first = await challenge();
  expect(first).toEqual({ flows, params: {}, session: expect.any(String) });
  expect((await challenge()).session).not.toBe(first.session);
});

test('stages are completed one by one, and their facts are kept', async () => {
  const { attempt, challenge } = await open();
  const { session } = await challenge();
  const after = await challenge({ session, type: 'one', secret: 'right' });
  expect(after).toEqual({ flows, params: {}, session, completed: ['one'] });
  const outcome = await attempt({ session, type: 'two' });
  expect(outcome).toMatchObject({
    session,
    facts: new Map([
      ['one', 'fact of one'],
      ['two', undefined],
    ]),
  });
});

test('a failed attempt may be repeated and is told with its error', async () => {
  const { challenge } = await open();
  const { session } = await challenge();
  const failed = await challenge({ session, type: 'one', secret: 'wrong' });
  expect(failed).toMatchObject({ session, errcode: 'M_FORBIDDEN', error: 'wrong secret' });
  expect(failed).not.toHaveProperty('completed');
  expect(await challenge({ session, type: 'one', secret: 'right' })).toMatchObject({ completed: ['one'] });
});

test('a completed stage is not tried again', async () => {
  const { challenge } = await open();
  const { session } = await challenge({ type: 'one', secret: 'right' });
  const again = await challenge({ session, type: 'one', secret: 'wrong' });
  expect(again).toEqual({ flows, params: {}, session, completed: ['one'] });
});

test.each(['two', 'three', 'four', 'unheard.of'])('the stage %s is not taken out of order', async (type) => {
  const { challenge } = await open();
  const { session } = await challenge();
  expect(await challenge({ session, type })).toMatchObject({ session, errcode: 'M_UNAUTHORIZED' });
});

test('a flow is not completed by stages of another', async () => {
  const { challenge } = await open();
  const { session } = await challenge({ type: 'one', secret: 'right' });
  await challenge({ session, type: 'three' });
  expect(await challenge({ session, type: 'two' })).toMatchObject({ errcode: 'M_UNAUTHORIZED' });
});

test('with the session alone the client learns what it has completed', async () => {
  const { challenge } = await open();
  const { session } = await challenge({ type: 'one', secret: 'right' });
  expect(await challenge({ session })).toEqual({ flows, params: {}, session, completed: ['one'] });
});

test('an error that is not about authentication refuses the request itself', async () => {
  const { attempt } = await open();
  await expect(attempt({ type: 'five' })).rejects.toMatchObject({ errcode: 'M_MISSING_PARAM' });
});

test('a session counts for its own purpose only', async () => {
  const { challenge } = await open();
  const { session } = await challenge({ type: 'one', secret: 'right' });
  const other = await challenge({ session, type: 'two' }, { ...demand, purpose: 'other' });
  expect(other).toMatchObject({ errcode: 'M_UNAUTHORIZED' });
  expect(other.session).not.toBe(session);
  expect(other).not.toHaveProperty('completed');
});

test.each(['', 'made-up', '9.x', 'zzzzzzz.abcdefghijklmnopqrstuvwx', '!.!'])(
  'a session %j that we never gave out is answered with a new one',
  async (session) => {
    const { challenge } = await open();
    const answer = await challenge({ session, type: 'two' });
    expect(answer).toMatchObject({ errcode: 'M_UNAUTHORIZED' });
    expect(answer.session).not.toBe(session);
  },
);

test('a session lapses after half an hour', async () => {
  const { challenge, advance } = await open();
  const { session } = await challenge({ type: 'one', secret: 'right' });
  advance(29 * 60_000);
  expect(await challenge({ session })).toMatchObject({ session, completed: ['one'] });
  advance(60_000);
  expect((await challenge({ session })).session).not.toBe(session);
});

test('a session that has ended counts for nothing', async () => {
  const { challenge, identity } = await open();
  const { session } = await challenge({ type: 'one', secret: 'right' });
  await endInteractiveSession(identity, session);
  expect((await challenge({ session })).session).not.toBe(session);
});
