// What each kind of task does, in one table.
import { stepEndBlockedRelations } from '#domain/social/end-blocked-relations';
import { stepCallHook } from '#domain/social/hooks/call-hook';
import { stepFetchBoosted } from '#domain/social/receiving/fetch-boosted';
import { stepMoveFollowers } from '#domain/social/receiving/move-followers';
import { stepRefreshRelations } from '#domain/social/receiving/refresh-relations';
import { stepWithdrawBoost } from '#domain/social/receiving/withdraw-boost';
import { stepEndAccount } from '#domain/social/spreading/end-account';
import { stepEndRemoteActor } from '#domain/social/spreading/end-remote-actor';
import { stepSpreadNote } from '#domain/social/spreading/spread-note';
import { stepWithdrawNote } from '#domain/social/spreading/withdraw-note';
import type { TaskKind } from '#domain/social/tasks/task-kinds';
import type { TaskStep } from '#domain/social/tasks/tasks';

export const taskSteps: { readonly [Kind in TaskKind]: TaskStep } = {
  callHook: stepCallHook,
  fetchBoosted: stepFetchBoosted,
  moveFollowers: stepMoveFollowers,
  refreshRelations: stepRefreshRelations,
  withdrawBoost: stepWithdrawBoost,
  endAccount: stepEndAccount,
  endBlockedRelations: stepEndBlockedRelations,
  endRemoteActor: stepEndRemoteActor,
  spreadNote: stepSpreadNote,
  withdrawNote: stepWithdrawNote,
};
