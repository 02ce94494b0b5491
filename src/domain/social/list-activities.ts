// Activities for those who run the server: all by the time at which they came to be, or those of one account, newest first.
import type { Cursor } from '#databases/social/record-access';
import type { ActivityRecord } from '#databases/social/records/activities';
import { requireAccount } from '#domain/social/local-actors';
import { mapPage, type Page, pageRequest } from '#domain/social/pages';
import type { Social } from '#domain/social/social';
import { activityPagesScannedMax } from '#support/limits';

export interface ActivityQuery {
  /** Those of one account of ours; of everybody, ours and others, without it. */
  readonly account?: string | undefined;
  /** `Create`, `Follow` and so on. */
  readonly type?: string | undefined;
  readonly limit: number;
  readonly after?: string | undefined;
}

/**
 * A page may hold fewer than there are, and even none, while there is a next one: a rare type is looked for only so far
 * at a time.
 * @throws ProtocolError notFound; invalidParam for the cursor. An account that is gone has its activities still.
 */
export async function listActivities(social: Social, query: ActivityQuery): Promise<Page<ActivityRecord>> {
  const { account, type, limit } = query;
  const items: ActivityRecord[] = [];
  let { after } = query;
  for (let pages = 1; ; pages++) {
    // As many as are missing, so that a page ends where the listing goes on.
    const page = await readPage(social, account, limit - items.length, after);
    items.push(...page.items.filter((activity) => type === undefined || activity.type === type));
    after = page.next;
    if (after === undefined) return { items };
    if (items.length >= limit || pages >= activityPagesScannedMax) return { items, next: after };
  }
}

async function readPage(
  { database }: Social,
  account: string | undefined,
  limit: number,
  after: string | undefined,
): Promise<Page<ActivityRecord>> {
  if (account === undefined) {
    // The back end reads this kind of cursor itself.
    const cursor = after as Cursor | undefined;
    return database.read((reader) => reader.created('activities', { limit, cursor, reverse: true }));
  }
  const request = pageRequest(limit, after);
  return database.read(async (reader) => {
    if (!(await reader.account(account))) await requireAccount(reader, account);
    const page = await reader.activitiesOf(account, request);
    return mapPage(page, page.items);
  });
}
