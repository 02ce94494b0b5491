// What our posts are tagged with: people they mention and hashtags, as they stand in the tags of the Note.
import { declareRecord } from '#databases/social/records/record-type';
import type { Uri } from '#protocol/activitypub/uris';

export type PostTagKind = 'Mention' | 'Hashtag';

export interface PostTagRecord {
  readonly account: string;
  /** The post's id. */
  readonly post: string;
  readonly kind: PostTagKind;
  /** `@bob@remote.example`, or a hashtag in lower case and without its sign. */
  readonly name: string;
  /** The actor who is mentioned, or the page of the tag. */
  readonly href: Uri;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
}

export const postTags = declareRecord<PostTagRecord>()({
  name: 'postTags',
  about: 'That a post of ours mentions somebody or has a hashtag',
  fields: { account: 'text', post: 'text', kind: 'text', name: 'text', href: 'uri', createdAt: 'integer' },
  key: ['account', 'post', 'href'],
  created: 'createdAt',
  listings: {
    byPost: { by: ['account', 'post'], holds: 'record' },
    byAccount: { by: ['account'], holds: 'record' },
    byName: { by: ['kind', 'name'], holds: 'record' },
  },
});
