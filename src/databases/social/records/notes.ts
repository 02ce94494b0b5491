// Notes that came in, each stored once however many read it. They are known under the origin that authenticated them, so
// that no server can put words, or a deletion, under another's URI.
import { declareRecord } from '#databases/social/records/record-type';
import type { Origin, Uri } from '#protocol/activitypub/uris';

export interface NoteRecord {
  readonly origin: Origin;
  readonly uri: Uri;
  readonly author: Uri;
  /** `deleted` is a tombstone; it may have come before the note, which then never takes its place if it is by `author`. */
  readonly state: 'present' | 'deleted';
  readonly inReplyTo?: Uri;
  /** What the note says of itself, in milliseconds since the Unix epoch. */
  readonly publishedAt?: number;
  readonly updatedAt?: number;
  readonly storedAt: number;
}

export const notes = declareRecord<NoteRecord>()({
  name: 'notes',
  about: 'A note that came in, or that it is gone',
  fields: {
    origin: 'text',
    uri: 'uri',
    author: 'uri',
    state: 'text',
    inReplyTo: 'uri?',
    publishedAt: 'integer?',
    updatedAt: 'integer?',
    storedAt: 'integer',
  },
  key: ['origin', 'uri'],
  created: 'storedAt',
  listings: {
    byAuthor: { by: ['author'], where: { state: 'present' }, holds: 'key' },
    byReply: { by: ['inReplyTo'], where: { state: 'present' }, holds: 'key' },
  },
  texts: ['json'],
});
