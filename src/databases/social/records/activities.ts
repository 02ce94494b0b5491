// Activities, ours and those that came in: what was read from them, and beside it their JSON as it was sent.
import { declareRecord } from '#databases/social/records/record-type';
import type { Uri } from '#protocol/activitypub/uris';

export interface ActivityRecord {
  readonly uri: Uri;
  readonly type: string;
  readonly actor: Uri;
  readonly object: Uri;
  /** The account of ours whose activity it is; absent for those of others. */
  readonly account?: string;
  /** Shown in the account's outbox: posts and boosts are, answers to others are not. */
  readonly listed: boolean;
  /** When it was made or came in, in milliseconds since the Unix epoch. */
  readonly storedAt: number;
}

export const activities = declareRecord<ActivityRecord>()({
  name: 'activities',
  about: 'An activity of ours or one that came in, by its URI',
  fields: {
    uri: 'uri',
    type: 'text',
    actor: 'uri',
    object: 'uri',
    account: 'text?',
    listed: 'flag',
    storedAt: 'integer',
  },
  key: ['uri'],
  created: 'storedAt',
  listings: {
    outbox: { by: ['account'], where: { listed: true }, holds: 'record', counted: true },
    byAccount: { by: ['account'], holds: 'key' },
    byObject: { by: ['object', 'type'], holds: 'key' },
    reports: { by: ['type'], where: { type: 'Flag' }, holds: 'key' },
  },
  texts: ['json'],
});
