// A post to more inboxes than one transaction should write: one record stands for its deliveries until a worker has
// written them, page by page.
import { declareRecord } from '#databases/social/records/record-type';
import type { Uri } from '#protocol/activitypub/uris';

export interface FanOutRecord {
  readonly activity: Uri;
  /** Its followers of the moment when this was stored are the destinations. */
  readonly account: string;
  readonly createdAt: number;
  /** Deliveries have been written for the inboxes up to this one, in the order of their keys. */
  readonly through?: Uri;
}

export const fanOuts = declareRecord<FanOutRecord>()({
  name: 'fanOuts',
  about: "An activity whose deliveries to an account's followers are still to be written",
  fields: { activity: 'uri', account: 'text', createdAt: 'integer', through: 'uri?' },
  key: ['activity'],
  listings: {
    all: { by: [], holds: 'record' },
    byAccount: { by: ['account'], holds: 'key' },
  },
});
