// What each kind of task does, in one table.
import { withdrawNoteStep } from '#domain/social/spreading/withdraw-note';
import type { TaskKind } from '#domain/social/tasks/task-kinds';
import type { TaskStep } from '#domain/social/tasks/tasks';

export const taskSteps: { readonly [Kind in TaskKind]: TaskStep } = {
  withdrawNote: withdrawNoteStep,
};
