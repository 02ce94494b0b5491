// What is still to be done because of something that has been stored: written in the transaction that stores it, carried
// out by a worker, step by step, and tried again until it is done.
import { declareRecord } from '#databases/social/records/record-type';

export interface TaskRecord {
  /** When it is to be done or tried again, in milliseconds since the Unix epoch. A task that is put off is a new record. */
  readonly dueAt: number;
  readonly id: string;
  readonly kind: string;
  /** What it is about, in the terms of its kind. */
  readonly data: { readonly [name: string]: string | number | boolean | null };
  readonly attempts: number;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
}

export const tasks = declareRecord<TaskRecord>()({
  name: 'tasks',
  about: 'Something to be done because of what has been stored, and when',
  fields: {
    dueAt: 'integer',
    id: 'text',
    kind: 'text',
    data: 'json',
    attempts: 'integer',
    createdAt: 'integer',
  },
  key: ['dueAt', 'id'],
});
