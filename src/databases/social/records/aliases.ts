// Other names of our accounts. A name is an account's or an alias's, never both.
import { declareRecord } from '#databases/social/records/record-type';

export interface AliasRecord {
  /** In lower case, as the local part of an address. */
  readonly name: string;
  readonly account: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
}

export const aliases = declareRecord<AliasRecord>()({
  name: 'aliases',
  about: 'Another name of an account of ours',
  fields: { name: 'text', account: 'text', createdAt: 'integer' },
  key: ['name'],
  created: 'createdAt',
  listings: { byAccount: { by: ['account'], holds: 'record' } },
});
