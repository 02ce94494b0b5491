// Checks the records that are derived from other records: the inboxes that serve followers, and the turns of hosts with
// pending deliveries.
import type { ListBounds, Placed, RecordReader } from '#databases/social/record-access';
import { accounts } from '#databases/social/records/accounts';
import { deliveries } from '#databases/social/records/deliveries';
import { followerInboxes } from '#databases/social/records/follower-inboxes';
import { followers } from '#databases/social/records/followers';
import { hostTurns } from '#databases/social/records/host-turns';
import { inboxOf } from '#databases/social/social-writer';
import type { Awaitable } from '#support/awaitable';
import { compareRows, type Difference } from '#support/difference';

type Read = <T>(body: (records: RecordReader) => Awaitable<T>) => Promise<T>;

const pageRecordsMax = 500;

/** The inboxes of each account's accepted followers, counted anew in one read for each account. */
export async function* checkFollowerInboxes(read: Read): AsyncIterable<Difference> {
  for (let account = await nextAccount(read); account !== undefined; ) {
    const { name } = account;
    yield* await read((records) => compareInboxes(records, name));
    account = await nextAccount(read, name);
  }
}

async function nextAccount(read: Read, after?: string): Promise<{ readonly name: string } | undefined> {
  const bounds = after === undefined ? { limit: 1 } : { limit: 1, after };
  return (await read((records) => records.listByKey(accounts, {}, bounds)))[0]?.record;
}

async function compareInboxes(records: RecordReader, account: string): Promise<Difference[]> {
  const counts = new Map<string, number>();
  const lead = { account, state: 'accepted' } as const;
  const accepted = allOf(
    (bounds) => records.list(followers, 'byAccount', lead, bounds),
    ({ place }) => place,
  );
  for await (const follower of accepted) {
    const inbox = inboxOf(follower);
    if (inbox !== undefined) counts.set(inbox, (counts.get(inbox) ?? 0) + 1);
  }
  const expected = new Map([...counts].map(([inbox, count]) => [inbox, String(count)]));
  const found = new Map<string, string>();
  const inboxes = allOf(
    (bounds) => records.listByKey(followerInboxes, { account }, bounds),
    ({ record }) => record.inbox,
  );
  for await (const { inbox, followers: count } of inboxes) found.set(inbox, String(count));
  return compareRows(followerInboxes.name, expected, found).map((difference) => ({
    ...difference,
    key: `account=${account}, inbox=${difference.key}`,
  }));
}

/** Every host that has pending deliveries has a turn, or nobody would ever look at it. */
export async function* checkQueue(read: Read): AsyncIterable<Difference> {
  yield* await read(async (records) => {
    const turns = await hostsWithTurns(records);
    const differences: Difference[] = [];
    for (let host = await nextPendingHost(records); host !== undefined; ) {
      if (!turns.has(host)) {
        differences.push({ table: hostTurns.name, key: `host=${host}`, expected: 'a turn' });
      }
      host = await nextPendingHost(records, host);
    }
    return differences;
  });
}

async function nextPendingHost(records: RecordReader, after?: string): Promise<string | undefined> {
  const bounds = after === undefined ? { limit: 1 } : { limit: 1, after };
  return (await records.list(deliveries, 'pending', {}, bounds))[0]?.record.host;
}

async function hostsWithTurns(records: RecordReader): Promise<Set<string>> {
  const hosts = new Set<string>();
  for (let dueAt: number | undefined = 0; dueAt !== undefined; ) {
    const at: number = dueAt;
    const turns = allOf(
      (bounds) => records.listByKey(hostTurns, { dueAt: at }, bounds),
      ({ record }) => record.host,
    );
    for await (const { host } of turns) hosts.add(host);
    dueAt = (await records.listByKey(hostTurns, {}, { after: at, limit: 1 }))[0]?.record.dueAt;
  }
  return hosts;
}

async function* allOf<R>(
  readPage: (bounds: ListBounds) => Promise<Placed<R>[]>,
  cursorOf: (found: Placed<R>) => string,
): AsyncGenerator<R> {
  for (let after: string | undefined; ; ) {
    const bounds = after === undefined ? {} : { after };
    const page: Placed<R>[] = await readPage({ ...bounds, limit: pageRecordsMax });
    for (const { record } of page) yield record;
    const last = page.at(-1);
    if (page.length < pageRecordsMax || !last) return;
    after = cursorOf(last);
  }
}
