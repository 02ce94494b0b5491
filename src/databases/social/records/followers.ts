// Who follows our accounts. A follower is an actor's URI: addresses can come to mean someone else.
import { declareRecord } from '#databases/social/records/record-type';
import type { Uri } from '#protocol/activitypub/uris';

export type FollowerState = 'pending' | 'accepted';

export interface FollowerRecord {
  readonly account: string;
  readonly actor: Uri;
  readonly state: FollowerState;
  /** The Follow activities that asked for it, newest last: an Undo may name any of them. */
  readonly follows: readonly Uri[];
  /** Absent for an actor of our own, whom nothing is delivered to: its messages are stored as posts are. */
  readonly inbox?: Uri;
  readonly sharedInbox?: Uri;
  /** Milliseconds since the Unix epoch. */
  readonly since: number;
}

export const followers = declareRecord<FollowerRecord>()({
  name: 'followers',
  about: 'An actor that follows an account of ours, or asks to',
  fields: {
    account: 'text',
    actor: 'uri',
    state: 'text',
    follows: 'json',
    inbox: 'uri?',
    sharedInbox: 'uri?',
    since: 'integer',
  },
  key: ['account', 'actor'],
  created: 'since',
  listings: {
    byAccount: { by: ['account', 'state'], holds: 'record', counted: true },
    byActor: { by: ['actor'], holds: 'key' },
  },
});
