// What there is to do: the tasks that have come due, the longest due first, and when the next one will.
import type { TaskRecord } from '#databases/social/records/tasks';
import type { Mark, WorkParts } from '#domain/social/work-lease';

export interface DueTasks {
  readonly due: readonly TaskRecord[];
  /** Milliseconds since the Unix epoch. */
  readonly nextAt: number | undefined;
  /** Everything that was committed up to here has been looked at. */
  readonly mark: Mark;
}

export async function findTasks({ social, clock }: WorkParts, limit: number): Promise<DueTasks> {
  const now = clock.now();
  const mark = await social.mark();
  return social.read(async ({ tasks }) => {
    const [due, nextAt] = await Promise.all([tasks.due(now, limit), tasks.nextAt(now)]);
    return { due, nextAt, mark };
  });
}
