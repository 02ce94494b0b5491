// The queue of deliveries, read: which hosts are due, what waits for a host, and the log of an activity or an account.
import { boundsOf, type PageRequest, pageOf, type RecordPage } from '#databases/social/listing-page';
import type { Placed, RecordReader } from '#databases/social/record-access';
import { type DeliveryRecord, deliveries } from '#databases/social/records/deliveries';
import { type FailingHostRecord, failingHosts } from '#databases/social/records/failing-hosts';
import { type FanOutRecord, fanOuts } from '#databases/social/records/fan-outs';
import { type FollowerInboxRecord, followerInboxes } from '#databases/social/records/follower-inboxes';
import { type HostTurnRecord, hostTurns } from '#databases/social/records/host-turns';
import type { Uri } from '#protocol/activitypub/uris';

export class DeliveryReader {
  readonly #records: RecordReader;

  constructor(records: RecordReader) {
    this.#records = records;
  }

  async get(activity: Uri, inbox: Uri): Promise<DeliveryRecord | undefined> {
    return this.#records.get(deliveries, { activity, inbox });
  }

  async ofAccount(account: string, page: PageRequest): Promise<RecordPage<DeliveryRecord>> {
    return pageOf(await this.#records.list(deliveries, 'byAccount', { account }, boundsOf(page)), page);
  }

  /** Where an activity got to: at most `limit` deliveries, behind that to the inbox `after`, in no telling order. */
  async ofActivity(activity: Uri, limit: number, after?: Uri): Promise<readonly DeliveryRecord[]> {
    const bounds = after === undefined ? { limit } : { limit, after };
    return recordsOf(await this.#records.listByKey(deliveries, { activity }, bounds));
  }

  /** Turns to look at a host at once, behind a host in the order of names: the caller goes round them. */
  async immediateTurns(limit: number, afterHost?: string): Promise<readonly HostTurnRecord[]> {
    const bounds = afterHost === undefined ? { limit } : { limit, after: afterHost };
    return recordsOf(await this.#records.listByKey(hostTurns, { dueAt: 0 }, bounds));
  }

  /** Later turns that have come by `now`, the longest due first. */
  async dueTurns(now: number, limit: number): Promise<readonly HostTurnRecord[]> {
    return recordsOf(await this.#records.listByKey(hostTurns, {}, { from: 1, through: now, limit }));
  }

  /** When the next turn after `now` comes, in milliseconds since the Unix epoch. */
  async nextTurnAt(now: number): Promise<number | undefined> {
    const [next] = await this.#records.listByKey(hostTurns, {}, { after: now, limit: 1 });
    return next?.record.dueAt;
  }

  async failingHost(host: string): Promise<FailingHostRecord | undefined> {
    return this.#records.get(failingHosts, { host });
  }

  /** What is pending for a host: first what keeps its turn, in the order in which it was queued, then by due time. */
  async pending(host: string, limit: number): Promise<readonly DeliveryRecord[]> {
    return recordsOf(await this.#records.list(deliveries, 'pending', { host }, { limit }));
  }

  /** Deliveries that were put off and are due again, the longest due first. */
  async dueAgain(host: string, now: number, limit: number): Promise<readonly DeliveryRecord[]> {
    const bounds = { from: 1, through: now, limit };
    return recordsOf(await this.#records.list(deliveries, 'pending', { host }, bounds));
  }

  /** The fan-out that has waited longest, and its place: later followers are not among its destinations. */
  async oldestFanOut(): Promise<Placed<FanOutRecord> | undefined> {
    const [oldest] = await this.#records.list(fanOuts, 'all', {}, { limit: 1 });
    return oldest;
  }

  async hasFanOut(account: string): Promise<boolean> {
    return (await this.#records.list(fanOuts, 'byAccount', { account }, { limit: 1 })).length > 0;
  }

  /** The inboxes that serve an account's followers, and since when, behind the inbox `after`. */
  async followerInboxes(
    account: string,
    limit: number,
    after?: Uri,
  ): Promise<readonly Placed<FollowerInboxRecord>[]> {
    const bounds = after === undefined ? { limit } : { limit, after };
    return this.#records.listByKey(followerInboxes, { account }, bounds);
  }
}

function recordsOf<R>(found: readonly Placed<R>[]): R[] {
  return found.map(({ record }) => record);
}
