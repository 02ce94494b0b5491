// The queue of tasks, written: adding is part of the transaction that stores what the task is about.
import type { RecordWriter } from '#databases/social/record-access';
import type { Writing } from '#databases/social/record-engine';
import { type TaskRecord, tasks } from '#databases/social/records/tasks';
import { TaskReader } from '#databases/social/task-reader';

export class TaskWriter extends TaskReader {
  readonly #records: RecordWriter;
  readonly #wake: () => void;

  constructor({ records, wake }: Writing) {
    super(records);
    this.#records = records;
    this.#wake = wake;
  }

  /** Stores a task whose id is new. */
  async add(task: TaskRecord): Promise<void> {
    await this.#records.insert(tasks, task);
    this.#wake();
  }

  /** Ends a task, or replaces it by what is left of it, due at another time. */
  async finish({ dueAt, id }: Pick<TaskRecord, 'dueAt' | 'id'>, next?: TaskRecord): Promise<void> {
    if (next?.dueAt === dueAt) {
      await this.#records.put(tasks, next);
      return;
    }
    await this.#records.remove(tasks, { dueAt, id });
    if (next) await this.#records.insert(tasks, next);
  }
}
