// Checks the records that are derived from other records: the inboxes that serve followers, and the turns of hosts with
// pending deliveries.
import type { Cursor, ListBounds, Placed, RecordReader } from '#databases/social/record-access';
import { accounts } from '#databases/social/records/accounts';
import { deliveries } from '#databases/social/records/deliveries';
import { followerInboxes } from '#databases/social/records/follower-inboxes';
import { followers } from '#databases/social/records/followers';
import { hostTurns } from '#databases/social/records/host-turns';
import type { RecordType } from '#databases/social/records/record-type';
import { inboxOf } from '#databases/social/social-writer';
import type { Awaitable } from '#support/awaitable';
import { compareRows, type Difference } from '#support/difference';

type Read = <T>(body: (records: RecordReader) => Awaitable<T>) => Promise<T>;

const pageRecordsMax = 500;

/** The inboxes of each account's accepted followers, counted anew in one read for each account. */
export async function* checkFollowerInboxes(read: Read): AsyncIterable<Difference> {
  for await (const { name } of scanned(read, accounts)) {
    yield* await read((records) => compareInboxes(records, name));
  }
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
  const waiting = new Set<string>();
  for await (const { host, state } of scanned(read, deliveries)) if (state === 'pending') waiting.add(host);
  for (const host of waiting) {
    // Together, since a delivery that goes out meanwhile takes the host's last turn with it.
    const isForgotten = await read(async (records) => {
      const [pending] = await records.list(deliveries, 'pending', { host }, { limit: 1 });
      return pending !== undefined && !(await hasTurn(records, host));
    });
    if (isForgotten) yield { table: hostTurns.name, key: `host=${host}`, expected: 'a turn' };
  }
}

async function hasTurn(records: RecordReader, host: string): Promise<boolean> {
  for (let cursor: Cursor | undefined; ; ) {
    const page = await records.scan(hostTurns, { limit: pageRecordsMax, cursor });
    if (page.items.some((turn) => turn.host === host)) return true;
    cursor = page.next;
    if (cursor === undefined) return false;
  }
}

async function* scanned<R extends object>(read: Read, type: RecordType<R>): AsyncGenerator<R> {
  for (let cursor: Cursor | undefined; ; ) {
    const page = await read((records) => records.scan(type, { limit: pageRecordsMax, cursor }));
    yield* page.items;
    cursor = page.next;
    if (cursor === undefined) return;
  }
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
