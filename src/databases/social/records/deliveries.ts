// Deliveries are a queue and a log: one record for each activity and inbox, from the transaction that stores the
// activity on, with what came of every attempt.
import { declareRecord } from '#databases/social/records/record-type';
import type { Uri } from '#protocol/activitypub/uris';

export type DeliveryState = 'pending' | 'delivered' | 'failed';

/** What came of an attempt: a status of HTTP, or why there was none. */
export interface DeliveryAttempt {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly status?: number;
  readonly error?: string;
}

export interface DeliveryRecord {
  readonly activity: Uri;
  readonly inbox: Uri;
  readonly account: string;
  /** Host with port: what is queued, ordered and held back together. */
  readonly host: string;
  readonly state: DeliveryState;
  /** Milliseconds since the Unix epoch; 0 while it keeps its turn among the host's deliveries. */
  readonly dueAt: number;
  readonly createdAt: number;
  /** Attempts in all. */
  readonly attempts: number;
  /** The latest ones, newest last. */
  readonly history: readonly DeliveryAttempt[];
}

export const deliveries = declareRecord<DeliveryRecord>()({
  name: 'deliveries',
  about: 'That an activity goes to an inbox, and what came of it',
  fields: {
    activity: 'uri',
    inbox: 'uri',
    account: 'text',
    host: 'text',
    state: 'text',
    dueAt: 'integer',
    createdAt: 'integer',
    attempts: 'integer',
    history: 'json',
  },
  key: ['activity', 'inbox'],
  created: 'createdAt',
  listings: {
    byAccount: { by: ['account'], holds: 'key' },
    pending: { by: ['host', 'dueAt'], where: { state: 'pending' }, holds: 'key' },
  },
});
