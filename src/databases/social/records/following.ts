// Whom our accounts follow, and whether they have been let.
import { declareRecord } from '#databases/social/records/record-type';
import type { Uri } from '#protocol/activitypub/uris';

export type FollowingState = 'pending' | 'accepted' | 'rejected';

export interface FollowingRecord {
  readonly account: string;
  readonly actor: Uri;
  readonly state: FollowingState;
  /** Our Follow activity: an Accept or Reject answers it. */
  readonly follow: Uri;
  /** Milliseconds since the Unix epoch. */
  readonly since: number;
}

export const following = declareRecord<FollowingRecord>()({
  name: 'following',
  about: 'An actor that an account of ours follows or has asked to',
  fields: { account: 'text', actor: 'uri', state: 'text', follow: 'uri', since: 'integer' },
  key: ['account', 'actor'],
  created: 'since',
  unique: { byFollow: ['follow'] },
  listings: {
    byAccount: { by: ['account', 'state'], holds: 'record', counted: true },
    byActor: { by: ['actor', 'state'], holds: 'key' },
  },
});
