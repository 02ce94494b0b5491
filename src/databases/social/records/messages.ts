// An account's inbox: each message points at a note.
import { declareRecord } from '#databases/social/records/record-type';
import type { Origin, Uri } from '#protocol/activitypub/uris';

export interface MessageRecord {
  readonly account: string;
  readonly origin: Origin;
  readonly note: Uri;
  readonly author: Uri;
  /** Who boosted it, where it came in that way and not from its author. */
  readonly boostedBy?: Uri;
  /** Milliseconds since the Unix epoch. */
  readonly receivedAt: number;
}

export const messages = declareRecord<MessageRecord>()({
  name: 'messages',
  about: 'That a note is in the inbox of an account',
  fields: {
    account: 'text',
    origin: 'text',
    note: 'uri',
    author: 'uri',
    boostedBy: 'uri?',
    receivedAt: 'integer',
  },
  key: ['account', 'origin', 'note'],
  created: 'receivedAt',
  listings: {
    byAccount: { by: ['account'], holds: 'record' },
    byAuthor: { by: ['account', 'author'], holds: 'key' },
    byNote: { by: ['origin', 'note'], holds: 'key' },
  },
});
