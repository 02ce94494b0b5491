// One conversation and one post from registration to check, for whole servers over any store: two of them that share
// it, as on a cluster, and a third that finds it after they are gone.
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { databaseNames } from '#app/administration/databases';
import type { Store } from '#store/contract';
import { type ServedHearth, serveHearth } from '#test/fixtures/served-hearth';
import { api, type Person, personOf, signUp, strangerAt } from '#test/fixtures/stranger';
import { glance, sync } from '#test/fixtures/sync-answer';

/** How long a sync waits for what another server does. */
const waitMs = 20_000;

/** @param openStore opens an empty store, which the scenario closes */
export function wholeServerScenario(name: string, openStore: () => Promise<Store>): void {
  test(`a whole server over ${name}: register, talk, sync, follow, post, restart, check`, async () => {
    await using store = await openStore();
    const dataDirectory = mkdtempSync(join(tmpdir(), 'hearth-whole-'));
    await using cleaning = new AsyncDisposableStack();
    cleaning.defer(() => rm(dataDirectory, { recursive: true, force: true }));
    const serve = () => serveOver(store, dataDirectory);

    let since: string;
    let room: string;
    {
      await using oak = await serve();
      await using elm = await serve();
      const alice = await signUp(strangerAt(oak.url), 'alice');
      const bob = at(elm, await signUp(strangerAt(oak.url), 'bob'));
      const invitation = await alice.post('/createRoom', { name: 'Tea', invite: [bob.userId] });
      room = String(invitation.room_id);
      const path = `/rooms/${encodeURIComponent(room)}`;
      // One server hears of what another has stored a moment later.
      await vi.waitFor(async () => {
        expect(Object.keys((await sync(bob)).rooms?.invite ?? {})).toEqual([room]);
      });
      await bob.post(`${path}/join`, {});

      ({ next_batch: since } = await sync(bob));
      const heard = hear(bob, room, since, 1);
      await say(alice, path, 'Is there cake?');
      expect(await heard).toEqual(['Is there cake?']);
      const bodies = Array.from({ length: 20 }, (_, index) => `crumb ${index}`);
      await Promise.all(bodies.map((body, index) => say(index % 2 ? alice : bob, path, body)));
      const { chunk } = await alice.get(`${path}/messages?dir=b&limit=20`);
      expect(
        (chunk as { content: { body: string } }[]).map(({ content }) => content.body).toSorted(),
      ).toEqual(bodies.toSorted());

      const target = `@alice@${oak.config.serverName}`;
      const followed = await elm.house.administration.follow({ account: 'bob', target });
      expect(followed.state).toBe('accepted');
      await oak.house.administration.post({
        account: 'alice',
        text: 'The kettle is on.',
        visibility: 'public',
      });
      const { notes } = await elm.house.administration.inbox({ account: 'bob', limit: 10 });
      expect(notes.map(({ text }) => text)).toEqual(['The kettle is on.']);
      expect(await differencesIn(elm)).toEqual([]);
    }

    await using ash = await serve();
    const login = { type: 'm.login.password', user: 'bob', password: "bob's password" };
    const call = strangerAt(ash.url);
    const bob = personOf(call, (await call('POST', `${api}/login`, { body: login })).body);
    expect(await hear(bob, room, since, 21)).toHaveLength(21);
    const { next_batch: now } = await sync(bob);
    const heard = hear(bob, room, now, 1);
    await say(bob, `/rooms/${encodeURIComponent(room)}`, 'again');
    expect(await heard).toEqual(['again']);
    expect(await differencesIn(ash)).toEqual([]);
  });
}

function serveOver(store: Store, dataDirectory: string): Promise<ServedHearth> {
  const shared = { rooms: store, accounts: store, transitory: store, social: store };
  return serveHearth({
    settings: { server_name: 'whole.test', public_url: 'https://whole.test' },
    dataDirectory,
    openStores: async () => ({ ...shared, [Symbol.asyncDispose]: async () => {} }),
  });
}

/** The same person, at another server. */
function at({ url }: ServedHearth, { userId, deviceId, token }: Person): Person {
  return personOf(strangerAt(url), { user_id: userId, device_id: deviceId, access_token: token });
}

let transactions = 0;
async function say(person: Person, path: string, body: string): Promise<void> {
  await person.put(`${path}/send/m.room.message/${transactions++}`, { msgtype: 'm.text', body });
}

/** The messages that somebody hears from `since` on, until they are so many. */
async function hear(person: Person, room: string, since: string, count: number): Promise<string[]> {
  const heard: string[] = [];
  const filter = { room: { timeline: { limit: 50 } } };
  for (let from = since; heard.length < count; ) {
    const news = await sync(person, { since: from, timeout: waitMs, filter });
    const events = news.rooms?.join?.[room]?.timeline.events ?? [];
    heard.push(...events.filter(({ type }) => type === 'm.room.message').map(glance));
    from = news.next_batch;
  }
  return heard;
}

async function differencesIn({ house }: ServedHearth): Promise<string[]> {
  const reports = await Promise.all(
    databaseNames.map((database) => house.administration.check({ database })),
  );
  return reports.flatMap(({ differences }) => differences);
}
