// The queue of deliveries, written. Queueing is part of the transaction that stores the activity; what comes of attempts
// is written by the one worker that holds the lease.
import { DeliveryReader } from '#databases/social/delivery-reader';
import type { RecordWriter } from '#databases/social/record-access';
import type { Writing } from '#databases/social/record-engine';
import { type DeliveryRecord, deliveries } from '#databases/social/records/deliveries';
import { type FailingHostRecord, failingHosts } from '#databases/social/records/failing-hosts';
import { type FanOutRecord, fanOuts } from '#databases/social/records/fan-outs';
import { type HostTurnRecord, hostTurns } from '#databases/social/records/host-turns';
import { authorityOf, type Uri } from '#protocol/activitypub/uris';
import { directInboxesMax } from '#support/limits';

export interface DeliveryRequest {
  /** The activity, which the same transaction stores. */
  readonly activity: Uri;
  readonly account: string;
  /** Inboxes that it goes to, once each. */
  readonly inboxes: Iterable<Uri>;
  /** It goes to the account's accepted followers, too. */
  readonly toFollowers: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

export class DeliveryWriter extends DeliveryReader {
  readonly #records: RecordWriter;
  readonly #wake: () => void;

  constructor({ records, wake }: Writing) {
    super(records);
    this.#records = records;
    this.#wake = wake;
  }

  /**
   * Queues an activity of ours: one delivery for each inbox. More followers' inboxes than `directInboxesMax` become one
   * fan-out, which a worker expands; so does everything to followers that comes after it, to keep the order.
   */
  async queue(request: DeliveryRequest): Promise<void> {
    const { activity, account, toFollowers, now } = request;
    const inboxes = new Set(request.inboxes);
    if (toFollowers) {
      const found = await this.followerInboxes(account, directInboxesMax + 1);
      if (found.length > directInboxesMax || (await this.hasFanOut(account))) {
        await this.#records.put(fanOuts, { activity, account, createdAt: now });
        this.#wake();
      } else {
        for (const { record } of found) inboxes.add(record.inbox);
      }
    }
    for (const inbox of inboxes) await this.add({ activity, account, inbox, now });
  }

  /** Queues one delivery, unless that activity has gone or goes to that inbox. Answers whether it is new. */
  async add(delivery: { activity: Uri; account: string; inbox: Uri; now: number }): Promise<boolean> {
    const { activity, account, inbox, now } = delivery;
    if (await this.get(activity, inbox)) return false;
    const host = authorityOf(inbox);
    await this.#records.insert(deliveries, {
      activity,
      inbox,
      account,
      host,
      state: 'pending',
      dueAt: 0,
      createdAt: now,
      attempts: 0,
      history: [],
    });
    await this.setTurn({ dueAt: 0, host });
    return true;
  }

  /** Stores what has become of a delivery. */
  async put(delivery: DeliveryRecord): Promise<void> {
    await this.#records.put(deliveries, delivery);
  }

  async setTurn(turn: HostTurnRecord): Promise<void> {
    await this.#records.insert(hostTurns, turn);
    this.#wake();
  }

  /** Removes a turn, unless it is set again meanwhile: then the transaction conflicts and runs anew. */
  async clearTurn({ dueAt, host }: HostTurnRecord): Promise<void> {
    await this.#records.remove(hostTurns, { dueAt, host });
  }

  async setFailingHost(failing: FailingHostRecord): Promise<void> {
    await this.#records.put(failingHosts, failing);
  }

  async clearFailingHost(host: string): Promise<void> {
    await this.#records.remove(failingHosts, { host });
  }

  async putFanOut(fanOut: FanOutRecord): Promise<void> {
    await this.#records.put(fanOuts, fanOut);
  }

  async removeFanOut(activity: Uri): Promise<void> {
    await this.#records.remove(fanOuts, { activity });
  }
}
