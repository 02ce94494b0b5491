// What an account says of itself in pairs of a name and a value; profiles show them.
import { declareRecord } from '#databases/social/records/record-type';

export interface PropertyRecord {
  readonly account: string;
  readonly name: string;
  /** Text, not HTML. */
  readonly value: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  readonly updatedAt?: number;
}

export const properties = declareRecord<PropertyRecord>()({
  name: 'properties',
  about: 'A value that an account has under a name',
  fields: { account: 'text', name: 'text', value: 'text', createdAt: 'integer', updatedAt: 'integer?' },
  key: ['account', 'name'],
  created: 'createdAt',
  listings: { byAccount: { by: ['account'], holds: 'record' } },
});
