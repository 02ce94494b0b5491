// A whole server on each back end of its social records: two of them follow each other over sockets, one is stopped and
// asked by commands meanwhile, and goes on.
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { runCommand } from '#app/cli/run-command';
import { openHouse } from '#app/open-house';
import { idleParts } from '#test/fixtures/idle-command-parts';
import { type ServedHearth, serveHearth } from '#test/fixtures/served-hearth';
import { openBackEnds } from '#test/fixtures/social-back-ends';

/** Long enough for what goes over the network; back ends differ in how fast they are. */
const patience = { timeout: 20_000, interval: 50 };

it.each(openBackEnds)('the first follow, on $name', async ({ open }) => {
  await using places = new AsyncDisposableStack();
  const [mine, theirs] = [places.use(await open()), places.use(await open())];
  const data = mkdtempSync(join(tmpdir(), 'hearth-back-end-'));
  places.defer(() => rm(data, { recursive: true, force: true }));
  const settings = {
    'databases.rooms': `level:${join(data, 'store')}`,
    'databases.accounts': `level:${join(data, 'store')}`,
    'databases.transitory': `level:${join(data, 'store')}`,
    'databases.social': `level:${join(data, 'store')}`,
    'social.records': mine.uri,
  };
  const first = await serveHearth({ dataDirectory: data, settings });
  await using other = await serveHearth({ settings: { 'social.records': theirs.uri } });
  const port = new URL(first.url).port;
  await using server = new AsyncDisposableStack();
  server.use(first);
  await addAccount(first, 'alice');
  await addAccount(other, 'bob');
  const alice = `alice@${new URL(first.config.publicUrl).host}`;

  expect(await other.house.administration.follow({ account: 'bob', target: alice })).toMatchObject({
    state: 'requested',
  });
  await vi.waitFor(
    async () => expect(await followers(first)).toEqual([`${other.config.publicUrl}/users/bob`]),
    patience,
  );
  await first.house.administration.post({
    account: 'alice',
    text: 'Hello, fediverse.',
    visibility: 'public',
  });
  await vi.waitFor(async () => expect(await inbox(other)).toEqual(['Hello, fediverse.']), patience);

  // A post while nothing runs is queued, and goes out once the server is back.
  await server.disposeAsync();
  const environment = {
    HEARTH_DATA: data,
    HEARTH_LISTEN: `127.0.0.1:${port}`,
    ...Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [
        `HEARTH_${name.replace('.', '_').toUpperCase()}`,
        value,
      ]),
    ),
  };
  const said: string[] = [];
  const complaints: string[] = [];
  const code = await runCommand(
    ['post', 'Nobody is at home.', '--account', 'alice', '--visibility', 'followers'],
    {
      ...idleParts,
      environment,
      print: (text) => void said.push(text),
      complain: (text) => void complaints.push(text),
      openAdministration: openHouse,
    },
  );
  expect({ code, complaints }).toEqual({ code: 0, complaints: [] });
  // A command does not deliver: it may know less of the network than the server, and would fail for ever.
  expect(await inbox(other)).toEqual(['Hello, fediverse.']);
  expect(said[0]).toMatch(new RegExp(`^${first.config.publicUrl}/users/alice/posts/`));

  await using again = await serveHearth({
    dataDirectory: data,
    port: Number(port),
    settings,
  });
  await vi.waitFor(
    async () => expect(await inbox(other)).toEqual(['Nobody is at home.', 'Hello, fediverse.']),
    patience,
  );
  await other.house.administration.unfollow({ account: 'bob', target: alice });
  await vi.waitFor(async () => expect(await followers(again)).toEqual([]), patience);
  for (const { house } of [again, other]) {
    expect((await house.administration.check({ database: 'social' })).differences).toEqual([]);
  }
});

it('nothing, on "null:", which keeps nothing and says so', async () => {
  await using server = await serveHearth({ settings: { 'social.records': 'null:' } });
  const { actor } = await addAccount(server, 'alice');
  expect(actor).toBeUndefined();
  await expect(
    server.house.administration.post({ account: 'alice', text: 'Hello?', visibility: 'public' }),
  ).rejects.toThrow(/null:/);
});

function addAccount({ house }: ServedHearth, name: string) {
  return house.administration.addAccount({ name, password: 'correct horse battery' });
}

const followers = async ({ house }: ServedHearth) =>
  (await house.administration.followers({ account: 'alice', limit: 10 })).followers;
const inbox = async ({ house }: ServedHearth) =>
  (await house.administration.inbox({ account: 'bob', limit: 10 })).notes.map(({ text }) => text);
