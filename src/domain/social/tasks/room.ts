// Tasks that wait for others (hooks, other servers) leave room for those that do not: only so many are under way at once.
// One more than that is told when there should be room for it, by how long those before it have taken: however many wait,
// they come back one after the other, and looking again costs less than what they wait for.
import type { TaskRecord } from '#databases/social/records/tasks';
import type { TaskNext } from '#domain/social/tasks/tasks';
import type { Clock } from '#support/clock';
import { taskRoomIntervalMsMin, taskRoomPauseMsMax } from '#support/limits';

export interface Room {
  /** Counts as under way until it is disposed of; undefined where there is no room. */
  enter(): Disposable | undefined;
  /** The same task, when its turn should have come. */
  putOff(task: TaskRecord): TaskNext;
}

/** Of a duration, how much counts in the average of the latest ones. */
const latestShare = 1 / 8;

export function makeRoom(clock: Clock, placesMax: number): Room {
  let placesTaken = 0;
  let averageMs = 0;
  let lastTurnAt = 0;
  return {
    enter() {
      if (placesTaken >= placesMax) return undefined;
      placesTaken += 1;
      const beganAt = clock.now();
      return {
        [Symbol.dispose]() {
          placesTaken -= 1;
          averageMs += latestShare * (clock.now() - beganAt - averageMs);
        },
      };
    },
    putOff({ data }) {
      const now = clock.now();
      const intervalMs = Math.max(averageMs / placesMax, taskRoomIntervalMsMin);
      lastTurnAt = Math.min(Math.max(lastTurnAt, now) + intervalMs, now + taskRoomPauseMsMax);
      return { next: 'continue', data, dueAt: Math.ceil(lastTurnAt) };
    },
  };
}
