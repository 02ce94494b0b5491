// What ends with something else is found by listings. Where a back end may show a listing late, or lets a record be stored
// beside the transaction that goes through it, a task goes through it once more when everything must be there.
import type { SocialWriter } from '#databases/social/social-writer';
import type { Social } from '#domain/social/social';
import type { TaskKind } from '#domain/social/tasks/task-kinds';
import { newTask, type TaskData } from '#domain/social/tasks/tasks';
import { listingDelayMs } from '#support/limits';

/** To be called by the transaction that goes through the listing first. */
export async function lookAgain(
  writer: SocialWriter,
  social: Social,
  kind: TaskKind,
  data: TaskData,
): Promise<void> {
  const { listings, isolation } = social.database.promises;
  if (listings !== 'delayed' && isolation !== 'records') return;
  await writer.tasks.add(newTask(social, kind, data, social.clock.now() + listingDelayMs));
}
