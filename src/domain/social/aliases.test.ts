import { beforeEach, describe, expect, it } from 'vitest';
import { addAlias, findAlias, isAlias, listAliases, removeAlias } from '#domain/social/aliases';
import { follow } from '#domain/social/follow';
import { listRelations } from '#domain/social/list-relations';
import { ensureActor } from '#domain/social/local-actors';
import { retrieveActor } from '#domain/social/retrieve-actor';
import { unfollow } from '#domain/social/unfollow';
import { joinTransports } from '#network/transport';
import { aliasesMax } from '#support/limits';
import { handClock, openSocialServer, type SocialServer } from '#test/fixtures/social-server';

const home = 'https://home.example';
const alice = `${home}/users/alice`;
let server: SocialServer;

beforeEach(async () => {
  server = await openSocialServer({
    origin: home,
    serverName: 'names.example',
    accounts: ['alice', 'carol'],
    outside: joinTransports(new Map()),
    clock: handClock(),
  });
});

it('is added once, in lower case, and taken away', async () => {
  expect(await addAlias(server.social, 'alice', 'Ali')).toBe(true);
  expect(await addAlias(server.social, 'alice', 'ali')).toBe(false);
  const { items } = await listAliases(server.social, 'alice', { limit: 5 });
  expect(items).toMatchObject([{ name: 'ali', account: 'alice' }]);
  await expect(removeAlias(server.social, 'carol', 'ali')).rejects.toMatchObject({ kind: 'notFound' });
  await removeAlias(server.social, 'alice', 'ALI');
  expect((await listAliases(server.social, 'alice', { limit: 5 })).items).toEqual([]);
  await expect(removeAlias(server.social, 'alice', 'ali')).rejects.toMatchObject({ kind: 'notFound' });
});

it.each<[string, string]>([
  ['alice', 'conflict'],
  ['carol', 'conflict'],
  ['taken', 'conflict'],
  ['', 'invalidUsername'],
  ['a b', 'invalidUsername'],
  ['a/b', 'invalidUsername'],
  ['ä', 'invalidUsername'],
  ['x'.repeat(65), 'invalidUsername'],
])('is refused as "%s"', async (name, kind) => {
  await addAlias(server.social, 'carol', 'taken');
  await expect(addAlias(server.social, 'alice', name)).rejects.toMatchObject({ kind });
});

it('gives way to an account of its name', async () => {
  await addAlias(server.social, 'alice', 'dora');
  expect(await isAlias(server.social, 'dora')).toBe(true);
  await ensureActor(server.social, 'dora');
  expect(await isAlias(server.social, 'dora')).toBe(false);
  expect(await findAlias(server.social, 'dora')).toBeUndefined();
  expect((await listAliases(server.social, 'alice', { limit: 5 })).items).toEqual([]);
  await expect(addAlias(server.social, 'alice', 'dora')).rejects.toMatchObject({ kind: 'conflict' });
});

it('there are at most so many of', async () => {
  for (let number = 0; number < aliasesMax; number++) {
    await addAlias(server.social, 'alice', `alice${number}`);
  }
  await expect(addAlias(server.social, 'alice', 'alice')).rejects.toMatchObject({ kind: 'forbidden' });
  expect(await addAlias(server.social, 'alice', 'alice0')).toBe(false);
  const first = await listAliases(server.social, 'alice', { limit: 30 });
  const second = await listAliases(server.social, 'alice', { limit: 30, after: first.next });
  expect(new Set([...first.items, ...second.items].map(({ name }) => name)).size).toBe(aliasesMax);
  expect(second.next).toBeUndefined();
});

describe('leads to the account', () => {
  beforeEach(async () => {
    await addAlias(server.social, 'alice', 'ali');
  });

  it.each(['acct:ali@home.example', 'acct:ali@names.example', `${home}/@ali`, `${home}/users/ali`])(
    'by WebFinger: %s',
    async (resource) => {
      const answer = await server.get(
        `/.well-known/webfinger?resource=${encodeURIComponent(resource)}`,
        '*/*',
      );
      expect(await answer.json()).toMatchObject({
        subject: 'acct:alice@home.example',
        aliases: [`${home}/@alice`, alice],
      });
    },
  );

  it('by its page and its document', async () => {
    const page = await server.get('/@ali', 'text/html');
    expect([page.status, page.headers.get('location')]).toEqual([302, `${home}/@alice`]);
    const document = await server.get('/users/Ali');
    expect([document.status, document.headers.get('location')]).toEqual([302, alice]);
    expect((await server.get('/users/ali/outbox')).status).toBe(404);
  });

  it('for those who follow and those who look', async () => {
    expect(await follow(server.social, 'carol', 'ali@home.example')).toEqual({
      actor: alice,
      state: 'accepted',
    });
    expect((await listRelations(server.social, 'alice', 'followers', { limit: 5 })).total).toBe(1);
    expect((await retrieveActor(server.social, 'ali@home.example')).uri).toBe(alice);
    expect(await unfollow(server.social, 'carol', 'ali@home.example')).toBe(alice);
    await expect(follow(server.social, 'alice', 'ali@home.example')).rejects.toMatchObject({
      kind: 'invalidParam',
    });
  });
});
