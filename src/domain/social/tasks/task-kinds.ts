// The kinds of tasks, as they are stored: a name that is in use is never given to something else.

export type TaskKind =
  | 'callHook'
  | 'endAccount'
  | 'endBlockedRelations'
  | 'endRemoteActor'
  | 'fetchBoosted'
  | 'moveFollowers'
  | 'refreshRelations'
  | 'spreadNote'
  | 'withdrawBoost'
  | 'withdrawNote';
