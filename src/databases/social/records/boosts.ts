// Boosts in both directions: by anybody of posts of ours, by our accounts of anything, and of anything by actors whom
// somebody here follows. There is one of each actor and object, however often it was said.
import { declareRecord } from '#databases/social/records/record-type';
import type { Uri } from '#protocol/activitypub/uris';

export interface BoostRecord {
  readonly object: Uri;
  readonly actor: Uri;
  /** The activity that said so; an Undo names it. */
  readonly activity: Uri;
  /** The account of ours that boosts, where it is one of ours. */
  readonly account?: string;
  /** The account of ours whose post it is, where it is one of ours. */
  readonly owner?: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
}

export const boosts = declareRecord<BoostRecord>()({
  name: 'boosts',
  about: 'That an actor boosts an object',
  fields: {
    object: 'uri',
    actor: 'uri',
    activity: 'uri',
    account: 'text?',
    owner: 'text?',
    createdAt: 'integer',
  },
  key: ['object', 'actor'],
  created: 'createdAt',
  listings: {
    byObject: { by: ['object'], holds: 'record', counted: true },
    byAccount: { by: ['account'], holds: 'record' },
    byOwner: { by: ['owner'], holds: 'record' },
  },
});
