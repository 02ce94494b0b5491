// Carries out tasks: one process holds the lease on them and takes some at once, each step by step. It wakes when one is
// added, sleeps until the next comes due, and starts from what is stored after a crash.
import { carryOutTask, type Tasks } from '#domain/social/tasks/carry-out-task';
import { findTasks } from '#domain/social/tasks/find-tasks';
import type { Lease } from '#domain/social/work-lease';
import { taskStepsPerTurnMax, tasksAtOnce } from '#support/limits';
import { randomToken } from '#support/random';
import { type ShiftSignals, startLeaseHolder } from '#workers/lease-holder';
import { type Job, openRound } from '#workers/round';

/**
 * Starts at once. Disposing ends what is under way within `shutdownGraceMs` and gives the lease back.
 * @param holder who it is, among all that share the database; one of the same name that has died is not waited for
 */
export function startTaskRunner(
  tasks: Tasks,
  holder: string = randomToken(tasks.random, 16),
): AsyncDisposable {
  return startLeaseHolder(tasks, {
    work: 'tasks',
    holder,
    open: (lease, signals) => openRound(tasks, planOf(tasks, lease, signals), signals),
  });
}

function planOf(tasks: Tasks, lease: Lease, { stopping, abort }: ShiftSignals) {
  return {
    roomMax: tasksAtOnce,
    async find() {
      // As many again as can be under way, so that those never hide the ones behind them.
      const { due, nextAt, mark } = await findTasks(tasks, 2 * tasksAtOnce);
      const jobs = due.map(
        (task): Job => ({
          key: task.id,
          takesRoom: true,
          run: async () => {
            // A long one makes room for others now and then.
            let left: typeof task | undefined = task;
            for (let step = 0; left && step < taskStepsPerTurnMax && !stopping.aborted; step++) {
              left = await carryOutTask(tasks, lease, left, abort);
            }
          },
        }),
      );
      return { jobs, nextAt, mark };
    },
  };
}
