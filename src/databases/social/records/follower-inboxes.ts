// Where an account's posts go: its followers collapsed to the inboxes that serve them, so that reading the destinations
// of a post costs what there are servers, not what there are followers.
import { declareRecord } from '#databases/social/records/record-type';
import type { Uri } from '#protocol/activitypub/uris';

export interface FollowerInboxRecord {
  readonly account: string;
  readonly inbox: Uri;
  /** Accepted followers that are reached through it. */
  readonly followers: number;
}

export const followerInboxes = declareRecord<FollowerInboxRecord>()({
  name: 'followerInboxes',
  about: 'An inbox that serves followers of an account, and how many',
  fields: { account: 'text', inbox: 'uri', followers: 'integer' },
  key: ['account', 'inbox'],
});
