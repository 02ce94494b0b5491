// The same conversation with all databases in one store on disk, and with each in a store of its own: no transaction may
// span two databases, and nothing may depend on their positions having anything to do with each other.
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type ServedHearth, serveHearth } from '#test/fixtures/served-hearth';
import { api, personOf, signUp, strangerAt } from '#test/fixtures/stranger';
import { glance, sync } from '#test/fixtures/sync-answer';

const databases = ['rooms', 'accounts', 'transitory', 'social'] as const;

test.each([
  ['one store', () => 'level:store'],
  ['four stores', (database: string) => `level:${database}`],
])('a conversation over %s, and after a restart', async (_name, uriOf) => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'hearth-databases-'));
  await using cleaning = new AsyncDisposableStack();
  cleaning.defer(() => rm(dataDirectory, { recursive: true, force: true }));
  const uris = databases.map((database) => {
    const [engine, path] = uriOf(database).split(':') as [string, string];
    return [`databases.${database}`, `${engine}:${join(dataDirectory, path)}`] as const;
  });
  const settings = { ...Object.fromEntries(uris), server_name: 'databases.test' };

  let since: string;
  let path: string;
  {
    await using hearth = await serveHearth({ settings, dataDirectory });
    const call = strangerAt(hearth.url);
    const [alice, bob] = [await signUp(call, 'alice'), await signUp(call, 'bob')];
    const { room_id } = await alice.post('/createRoom', { name: 'Tea', invite: [bob.userId] });
    path = `/rooms/${encodeURIComponent(String(room_id))}`;
    await bob.post(`${path}/join`, {});
    ({ next_batch: since } = await sync(bob));

    // Effects in one database of facts in another: a name in the rooms, account data and receipts in a sync.
    await alice.put(`/profile/${encodeURIComponent(alice.userId)}/displayname`, { displayname: 'Alice' });
    const { event_id } = await alice.put(`${path}/send/m.room.message/1`, {
      msgtype: 'm.text',
      body: 'hello',
    });
    await alice.post(`${path}/receipt/m.read/${encodeURIComponent(String(event_id))}`, {});
    await alice.put(`${path}/typing/${encodeURIComponent(alice.userId)}`, { typing: true, timeout: 30_000 });
    await bob.put(`/user/${encodeURIComponent(bob.userId)}/account_data/org.example`, { tea: 'green' });
    const news = await sync(bob, { since });
    const joined = news.rooms?.join?.[String(room_id)];
    expect(joined?.timeline.events.map(glance)).toEqual([`m.room.member ${alice.userId}`, 'hello']);
    expect(joined?.ephemeral.events.map(({ type }) => type).toSorted()).toEqual(['m.receipt', 'm.typing']);
    expect(news.account_data?.events).toEqual([{ type: 'org.example', content: { tea: 'green' } }]);
    expect(await differencesIn(hearth)).toEqual([]);
  }

  await using hearth = await serveHearth({ settings, dataDirectory });
  const call = strangerAt(hearth.url);
  const login = { type: 'm.login.password', user: 'bob', password: "bob's password" };
  const bob = personOf(call, (await call('POST', `${api}/login`, { body: login })).body);
  const { event_id } = await bob.put(`${path}/send/m.room.message/2`, { msgtype: 'm.text', body: 'again' });
  expect(event_id).toMatch(/^\$/);
  // A token from before the restart still counts.
  const joined = Object.values((await sync(bob, { since })).rooms?.join ?? {});
  expect(joined.flatMap(({ timeline }) => timeline.events.map(glance)).slice(-2)).toEqual(['hello', 'again']);
  expect(await differencesIn(hearth)).toEqual([]);
});

async function differencesIn({ house }: ServedHearth): Promise<string[]> {
  const reports = await Promise.all(databases.map((database) => house.administration.check({ database })));
  return reports.flatMap(({ differences }) => differences);
}
