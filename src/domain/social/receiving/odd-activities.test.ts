// Every shape of the corpus, properly signed, at the inbox of a server: what it is answered is told by how it is read, but
// for those below, and the second time, at the other inbox, it brings about nothing more.
import { describe, expect, it } from 'vitest';
import { databaseTypes } from '#databases/social/records/record-types';
import type { DatabaseName, SocialReader } from '#databases/social/social-reader';
import { type ErrorName, errorCatalogue } from '#support/errors';
import { type InboxScene, inbox, openInboxScene, sharedInbox } from '#test/fixtures/inbox-scene';
import { oddActivities } from '#test/fixtures/odd-activities';

/** What can be read, and is nothing that an inbox takes. */
const refused: ReadonlyMap<string, number> = new Map(
  Object.entries({
    // A Create embeds what it creates, and an Update what it changes.
    'group post by reference': 400,
    'profile by id': 400,
    // It is for nobody.
    'no recipients': 403,
    // Only an actor of ours is followed here.
    'follow of the public': 400,
    'follow of itself': 400,
    'follow of a post': 400,
    // No such Follow was ever sent.
    'accept by id': 403,
  }),
);

function statusOf({ name, reads }: (typeof oddActivities)[number]): number {
  if (Object.hasOwn(errorCatalogue, reads)) return errorCatalogue[reads as ErrorName].status;
  return refused.get(name) ?? 202;
}

const names = Object.keys(databaseTypes) as DatabaseName[];
const countAll = async (reader: SocialReader) =>
  Object.fromEntries(await Promise.all(names.map(async (name) => [name, await reader.count(name)])));

async function post({ peer, bob, runTasks }: InboxScene, to: string, document: string): Promise<number> {
  const status = await peer.post(to, document, { keyId: `${bob}#main-key` });
  await runTasks();
  return status;
}

async function openScene(): Promise<InboxScene> {
  const scene = await openInboxScene({ accounts: ['alice'] });
  await scene.follows('alice', scene.bob);
  return scene;
}

/** Posts and what is refused leave each other alone; what they share is made once. */
const shared = openScene();
const isAlone = ({ reads }: (typeof oddActivities)[number]) =>
  reads !== 'Create' && !Object.hasOwn(errorCatalogue, reads);

describe('an inbox', () => {
  it.each(oddActivities.map((shape) => ({ ...shape, status: statusOf(shape), isAlone: isAlone(shape) })))(
    'answers $name with $status',
    async ({ document, status, isAlone }) => {
      const scene = isAlone ? await openScene() : await shared;
      const { database } = scene.server.social;
      expect(await post(scene, inbox, document)).toBe(status);
      const effects = await database.read(countAll);
      expect(await post(scene, sharedInbox, document)).toBe(status);
      expect(await database.read(countAll)).toEqual(effects);
    },
  );

  it('knows all whose status is told here', () => {
    const known = new Set(oddActivities.map(({ name }) => name));
    expect([...refused.keys()].filter((name) => !known.has(name))).toEqual([]);
  });

  it('leaves records that agree with each other', async () => {
    expect(await (await shared).differences()).toEqual([]);
  });
});
