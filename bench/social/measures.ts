// What is measured of a back end, in the terms of the social database: what an inbox and a timeline do.
import type { Place } from '#databases/social/record-access';
import type { SocialDatabase } from '#databases/social/social-database';
import type { Origin, Uri } from '#protocol/activitypub/uris';

export interface Measure {
  readonly name: string;
  readonly unit: string;
  /** Fills the back end; what it answers is given to every round. */
  prepare(database: SocialDatabase): Promise<string>;
  /** Measures one round; `scope` keeps back ends and measures apart. */
  run(database: SocialDatabase, scope: string | undefined, round: number): Promise<number>;
}

const roundMs = 1_500;
const writers = 64;
const pageLimit = 20;
const timelineNotes = 1_000;
const content = JSON.stringify({ type: 'Note', content: 'x'.repeat(700) });

let sequence = 0;
const uri = (text: string) => text as Uri;
const origin = 'https://bench.example' as Origin;

/** A note in an account's inbox, as receiving one writes it. */
function receive(database: SocialDatabase, account: string, index: number): Promise<void> {
  const note = uri(`${origin}/notes/${account}/${index}`);
  const author = uri(`${origin}/users/${index % 100}`);
  return database.write(
    async (writer) => {
      if (await writer.activity(uri(`${note}/create`))) return;
      await writer.putNote({ origin, uri: note, author, state: 'present', storedAt: 1_000 + index }, content);
      await writer.addMessage({ account, origin, note, author, receivedAt: 1_000 + index });
      await writer.addActivity(
        {
          uri: uri(`${note}/create`),
          type: 'Create',
          actor: author,
          object: note,
          listed: false,
          storedAt: 1_000 + index,
        },
        content,
      );
    },
    { idempotent: true },
  );
}

const filled = new WeakMap<SocialDatabase, Promise<string>>();

/** An account with a timeline, made once in each back end. */
function fill(database: SocialDatabase): Promise<string> {
  const known = filled.get(database) ?? fillAnew(database);
  filled.set(database, known);
  return known;
}

async function fillAnew(database: SocialDatabase): Promise<string> {
  const account = `reader${sequence++}`;
  await concurrently(writers, timelineNotes, (index) => receive(database, account, index));
  return account;
}

async function concurrently(
  lanes: number,
  count: number,
  work: (index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (next < count) await work(next++);
    }),
  );
}

/** How often something is done in a second by so many at once. */
async function rate(lanes: number, work: (index: number) => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (performance.now() - begin < roundMs) await work(done++);
    }),
  );
  return (done * 1_000) / (performance.now() - begin);
}

async function pages(database: SocialDatabase, account: string, withTexts: boolean): Promise<number> {
  let read = 0;
  for (let cursor: Place | undefined; ; ) {
    const page = await database.read(async (reader) => {
      const found = await reader.messages(account, { limit: pageLimit, cursor });
      if (withTexts) await Promise.all(found.items.map(({ note }) => reader.noteJson(note)));
      return found;
    });
    read++;
    cursor = page.next;
    if (cursor === undefined) return read;
  }
}

const note = (account: string, index: number) => uri(`${origin}/notes/${account}/${index % timelineNotes}`);

export const measures: readonly Measure[] = [
  {
    name: `a note received, ${writers} at once`,
    unit: '/s',
    prepare: async () => `inbox${sequence++}-`,
    run: (database, scope, round) => rate(writers, (index) => receive(database, `${scope}${round}`, index)),
  },
  {
    name: 'a note received, one at a time',
    unit: '/s',
    prepare: async () => `inbox${sequence++}-`,
    run: (database, scope, round) => rate(1, (index) => receive(database, `${scope}${round}`, index)),
  },
  {
    name: 'lookup of a note by its URI',
    unit: '/s',
    prepare: fill,
    run: (database, scope = '') =>
      rate(16, (index) => database.read((reader) => reader.note(note(scope, index)))),
  },
  {
    name: 'lookup by a unique value (a Follow)',
    unit: '/s',
    async prepare(database) {
      const account = `follower${sequence++}`;
      await concurrently(writers, timelineNotes, (index) =>
        database.write(
          (writer) =>
            writer.putFollowing({
              account,
              actor: uri(`${origin}/users/${index}`),
              state: 'accepted',
              follow: uri(`${origin}/follows/${account}/${index}`),
              since: 1_000 + index,
            }),
          { idempotent: true },
        ),
      );
      return account;
    },
    run: (database, scope) =>
      rate(16, (index) =>
        database.read((reader) =>
          reader.followingByFollow(uri(`${origin}/follows/${scope}/${index % timelineNotes}`)),
        ),
      ),
  },
  {
    name: 'lookup by a listing (activities about a note)',
    unit: '/s',
    prepare: fill,
    run: (database, scope = '') =>
      rate(16, (index) =>
        database.read((reader) => reader.activitiesAbout(note(scope, index), 'Create', { limit: 1 })),
      ),
  },
  {
    name: `pages of ${pageLimit} messages`,
    unit: '/s',
    prepare: fill,
    async run(database, scope = '') {
      const begin = performance.now();
      let read = 0;
      while (performance.now() - begin < roundMs) read += await pages(database, scope, false);
      return (read * 1_000) / (performance.now() - begin);
    },
  },
  {
    name: `timelines of ${timelineNotes} notes, read whole`,
    unit: '/s',
    prepare: fill,
    async run(database, scope = '') {
      const begin = performance.now();
      let read = 0;
      do {
        await pages(database, scope, true);
        read++;
      } while (performance.now() - begin < roundMs);
      return (read * 1_000) / (performance.now() - begin);
    },
  },
];
