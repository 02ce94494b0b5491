import { describe, expect, it } from 'vitest';
import { copyRecords, endCopy, unfinishedCopy } from '#databases/social/copy-records';
import { digestRecords, type TypeDigest } from '#databases/social/digest-records';
import { openStoreEngine } from '#databases/social/engines/store/open-store-engine';
import type { RecordEngine } from '#databases/social/record-engine';
import { openSocialDatabase } from '#databases/social/social-database';
import type { Uri } from '#protocol/activitypub/uris';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';

const uri = (text: string) => text as Uri;

/** A back end with some of everything that makes copies hard: texts, queues, counts, an order. */
async function filled(): Promise<RecordEngine> {
  const engine = await openStoreEngine(makeStore(openMemoryEngine()));
  const database = openSocialDatabase(engine);
  const keys = {
    rsaPrivateKey: 'rsa',
    ed25519PrivateKey: 'ed',
    manuallyApprovesFollowers: false,
    discoverable: true,
  };
  await database.write((writer) => writer.addAccount({ name: 'alice', createdAt: 1, ...keys }));
  await database.write((writer) =>
    writer.profiles.putIcon(
      { name: 'bob', createdAt: 2, iconMediaType: 'image/png', ...keys },
      'A'.repeat(700_000),
    ),
  );
  for (let index = 0; index < 450; index++) {
    await database.write(async (writer) => {
      const post = { account: 'alice', id: String(index), state: 'published', visibility: 'public' } as const;
      await writer.putPost({ ...post, publishedAt: 1_000 + index }, `{"content":"${'ü'.repeat(index)}"}`);
      await writer.deliveries.queue({
        activity: uri(`https://here.example/${index}`),
        account: 'alice',
        inboxes: [uri(`https://${index % 3}.example/inbox`)],
        toFollowers: false,
        now: 1_000 + index,
      });
    });
  }
  return engine;
}

const emptyEngine = () => openStoreEngine(makeStore(openMemoryEngine()));
const digests = (engine: RecordEngine): Promise<TypeDigest[]> =>
  Array.fromAsync(digestRecords(engine, () => undefined));
const never = new AbortController().signal;

describe('a copy', () => {
  it('holds the same, in the same order, and is a back end like any other', async () => {
    const [from, to] = [await filled(), await emptyEngine()];
    const told = new Map<string, number>();
    await copyRecords(from, to, { onProgress: ({ type, copied }) => told.set(type, copied), signal: never });
    expect(told.get('posts')).toBe(450);
    expect(await digests(to)).toEqual(await digests(from));
    expect(await unfinishedCopy(to)).toBe('store:');
    await endCopy(to);
    expect(await unfinishedCopy(to)).toBeUndefined();
    const [one, other] = [openSocialDatabase(from), openSocialDatabase(to)];
    const idsOf = async (database: typeof one) =>
      (await database.read((reader) => reader.posts('alice', { limit: 1_000 }))).items.map(({ id }) => id);
    expect(await idsOf(other)).toEqual(await idsOf(one));
    expect(await other.read((reader) => reader.profiles.icon('bob'))).toHaveLength(700_000);
    expect(await Array.fromAsync(other.check())).toEqual([]);
  });

  it('that was broken off goes on where it was, however often', async () => {
    const [from, to] = [await filled(), await emptyEngine()];
    let runs = 0;
    for (let isDone = false; !isDone; runs++) {
      const breaking = new AbortController();
      const run = copyRecords(from, to, {
        onProgress: ({ type }) =>
          (type === 'posts' || type === 'deliveries') && breaking.abort(new Error('broken off')),
        signal: breaking.signal,
      });
      isDone = await run.then(
        () => true,
        (error: Error) => {
          expect(error.message).toBe('broken off');
          return false;
        },
      );
    }
    expect(runs).toBeGreaterThan(4);
    expect(await digests(to)).toEqual(await digests(from));
  });

  it('begins only in an empty target', async () => {
    const [from, to] = [await filled(), await filled()];
    await expect(copyRecords(from, to, { onProgress: () => undefined, signal: never })).rejects.toThrow(
      /holds records already \(accounts\): the target must be empty/,
    );
  });

  it('shows in its digests whatever differs', async () => {
    const [one, other] = [await filled(), await filled()];
    expect(await digests(other)).toEqual(await digests(one));
    await openSocialDatabase(other).write((writer) =>
      writer.putPost(
        { account: 'alice', id: '7', state: 'published', visibility: 'public', publishedAt: 1_007 },
        '{"content":"other"}',
      ),
    );
    const [before, after] = [await digests(one), await digests(other)];
    expect(
      after.filter(({ digest }, index) => digest !== before[index]?.digest).map(({ type }) => type),
    ).toEqual(['posts']);
  });
});
