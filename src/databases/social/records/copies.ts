// How far a copy of all records from another back end into this one has come, so that it can be taken up again.
import { declareRecord } from '#databases/social/records/record-type';

export interface CopyRecord {
  /** The type of the records that are copied. */
  readonly type: string;
  /** What tells the source from any other, without its secrets. */
  readonly source: string;
  /** Where the next page begins in the source; absent before the first and after the last one. */
  readonly cursor?: string;
  readonly copied: number;
  readonly isDone: boolean;
}

export const copies = declareRecord<CopyRecord>()({
  name: 'copies',
  about: 'How far the records of a type have been copied into this back end',
  fields: { type: 'text', source: 'text', cursor: 'text?', copied: 'integer', isDone: 'flag' },
  key: ['type'],
});
