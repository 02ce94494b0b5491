import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { follow } from '#domain/social/follow';
import { type CommandLine, openCommandLine, patience } from '#test/fixtures/command-line';

let line: CommandLine;
beforeAll(async () => {
  line = await openCommandLine({ accounts: ['alice', 'dora'] });
});
afterAll(() => line[Symbol.asyncDispose]());

const as = ['--account', 'alice'];
const [bob, carol] = ['bob', 'carol'].map((name) => `https://peer.test/users/${name}`);

it('follows, and follows no longer', async () => {
  expect((await line.run(['follow', 'bob@peer.test', ...as])).out).toBe(`${bob} has been asked.`);
  await vi.waitFor(async () => {
    expect(await line.ask('account', 'show', 'alice')).toMatchObject({ profile: { following: 1 } });
  }, patience);
  expect((await line.run(['follow', 'dora@home.test', ...as])).out).toBe(
    'alice follows https://home.test/users/dora.',
  );
  expect((await line.run(['unfollow', 'bob@peer.test', ...as])).out).toBe(`alice no longer follows ${bob}.`);
  expect((await line.run(['unfollow', 'bob@peer.test', ...as])).code).toBe(1);
  expect(await line.run(['follow', 'nobody@nowhere.test', ...as])).toEqual({
    code: 1,
    out: '',
    err: expect.stringMatching(/^error: .*nowhere\.test/),
  });
});

it('lets followers wait, and approves, rejects and removes them', async () => {
  await line.run(['account', 'update', 'alice', '--approve-followers']);
  await follow(line.peer.social, 'bob', 'alice@home.test');
  await follow(line.peer.social, 'carol', 'alice@home.test');
  await vi.waitFor(async () => {
    expect(await line.ask('account', 'show', 'alice')).toMatchObject({ profile: { followersPending: 2 } });
  }, patience);
  const answer = (what: string, name: string) => line.run(['follower', what, `${name}@peer.test`, ...as]);
  expect((await answer('approve', 'bob')).out).toBe(`${bob} may follow alice.`);
  expect((await answer('reject', 'carol')).out).toBe(`${carol} may not follow alice.`);
  expect((await answer('reject', 'carol')).code).toBe(1);
  expect((await line.run(['followers', ...as])).out).toBe(`1 follower\n${bob}`);
  expect((await answer('remove', 'bob')).out).toBe(`${bob} no longer follows alice.`);
  expect(await line.ask('followers', ...as)).toEqual({ total: 0, followers: [] });
});

it('blocks somebody, and a whole host', async () => {
  expect((await line.run(['block', 'bob@peer.test', ...as])).out).toBe(`alice blocks ${bob}.`);
  expect((await line.run(['block', 'spam.test', ...as])).out).toBe('alice blocks everybody at spam.test.');
  expect((await line.run(['blocks', ...as])).out).toMatch(
    /^everybody at spam\.test +since .*\nhttps:\/\/peer\.test\/users\/bob +since /,
  );
  expect(await line.ask('blocks', ...as, '--limit', '1')).toEqual({
    blocks: [{ target: 'spam.test', isHost: true, createdAt: expect.any(Number) }],
    next: expect.any(String),
  });
  expect((await line.run(['follow', 'bob@peer.test', ...as])).code).toBe(1);
  expect((await line.run(['unblock', 'bob@peer.test', ...as])).out).toBe(`alice no longer blocks ${bob}.`);
  expect((await line.run(['unblock', 'bob@peer.test', ...as])).code).toBe(1);
  await line.run(['unblock', 'spam.test', ...as]);
  expect((await line.run(['blocks', ...as])).out).toBe('alice blocks nobody.');
});
