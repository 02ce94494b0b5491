// Tasks that wait for others (hooks, other servers) leave room for those that do not: only so many are under way at once,
// and one more than that is put off.
import type { TaskRecord } from '#databases/social/records/tasks';
import type { Social } from '#domain/social/social';
import type { TaskNext } from '#domain/social/tasks/tasks';
import { taskRoomPauseMs } from '#support/limits';

/** The same again, a little later: at different times, so that those who wait do not all come back together. */
export function whenThereIsRoom(
  { clock, random }: Pick<Social, 'clock' | 'random'>,
  { data }: TaskRecord,
): TaskNext {
  const chance = (random.bytes(1).readUInt8() + 1) / 256;
  return { next: 'continue', data, dueAt: clock.now() + Math.ceil(chance * taskRoomPauseMs) };
}
