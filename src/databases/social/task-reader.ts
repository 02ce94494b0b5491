// The queue of tasks, read: what has come due, the longest due first.
import type { RecordReader } from '#databases/social/record-access';
import { type TaskRecord, tasks } from '#databases/social/records/tasks';

export class TaskReader {
  readonly #records: RecordReader;

  constructor(records: RecordReader) {
    this.#records = records;
  }

  async due(now: number, limit: number): Promise<readonly TaskRecord[]> {
    const found = await this.#records.listByKey(tasks, {}, { through: now, limit });
    return found.map(({ record }) => record);
  }

  /** When the next task after `now` comes due, in milliseconds since the Unix epoch. */
  async nextAt(now: number): Promise<number | undefined> {
    const [next] = await this.#records.listByKey(tasks, {}, { after: now, limit: 1 });
    return next?.record.dueAt;
  }

  async get({ dueAt, id }: Pick<TaskRecord, 'dueAt' | 'id'>): Promise<TaskRecord | undefined> {
    return this.#records.get(tasks, { dueAt, id });
  }
}
