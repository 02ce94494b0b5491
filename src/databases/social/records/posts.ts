// What our accounts have posted.
import { declareRecord } from '#databases/social/records/record-type';
import type { Uri } from '#protocol/activitypub/uris';

export type Visibility = 'public' | 'unlisted' | 'followers' | 'direct';

export interface PostRecord {
  readonly account: string;
  /** The last part of its URI. */
  readonly id: string;
  /** `deleted` is answered with 410 for ever. */
  readonly state: 'published' | 'deleted';
  readonly visibility: Visibility;
  readonly inReplyTo?: Uri;
  /** Milliseconds since the Unix epoch. */
  readonly publishedAt: number;
  readonly updatedAt?: number;
}

export const posts = declareRecord<PostRecord>()({
  name: 'posts',
  about: 'A post of an account of ours',
  fields: {
    account: 'text',
    id: 'text',
    state: 'text',
    visibility: 'text',
    inReplyTo: 'uri?',
    publishedAt: 'integer',
    updatedAt: 'integer?',
  },
  key: ['account', 'id'],
  created: 'publishedAt',
  listings: {
    byAccount: { by: ['account'], where: { state: 'published' }, holds: 'record', counted: true },
    byVisibility: { by: ['visibility'], where: { state: 'published' }, holds: 'key', counted: true },
    byReply: { by: ['inReplyTo'], where: { state: 'published' }, holds: 'key' },
  },
  texts: ['json'],
});
