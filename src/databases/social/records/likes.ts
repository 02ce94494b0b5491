// Likes in both directions: by anybody of posts of ours, and by our accounts of anything. There is one of each actor and
// object, however often it was said.
import { declareRecord } from '#databases/social/records/record-type';
import type { Uri } from '#protocol/activitypub/uris';

export interface LikeRecord {
  readonly object: Uri;
  readonly actor: Uri;
  /** The activity that said so; an Undo names it. */
  readonly activity: Uri;
  /** The account of ours that likes, where it is one of ours. */
  readonly account?: string;
  /** The account of ours whose post it is, where it is one of ours. */
  readonly owner?: string;
  /** What a reaction is, where it is more than a like: an emoji (FEP-c0e0). */
  readonly content?: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
}

export const likes = declareRecord<LikeRecord>()({
  name: 'likes',
  about: 'That an actor likes an object',
  fields: {
    object: 'uri',
    actor: 'uri',
    activity: 'uri',
    account: 'text?',
    owner: 'text?',
    content: 'text?',
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
