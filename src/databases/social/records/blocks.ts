// Blocks in both directions: whom our accounts do not want to hear of, and who has told us the same of one of ours.
import { declareRecord } from '#databases/social/records/record-type';
import type { Uri } from '#protocol/activitypub/uris';

/** `ours`: the account blocks the target. `theirs`: the target, an actor elsewhere, blocks the account. */
export type BlockSide = 'ours' | 'theirs';

export interface BlockRecord {
  readonly account: string;
  readonly side: BlockSide;
  /** The URI of an actor, or a host (with everybody on it and on the hosts below it) where `isHost`. */
  readonly target: string;
  readonly isHost: boolean;
  /** The Block activity that said so, where there was one. */
  readonly activity?: Uri;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
}

export const blocks = declareRecord<BlockRecord>()({
  name: 'blocks',
  about: 'That an account of ours blocks an actor or a host, or is blocked by an actor',
  fields: {
    account: 'text',
    side: 'text',
    target: 'uri',
    isHost: 'flag',
    activity: 'uri?',
    createdAt: 'integer',
  },
  key: ['account', 'side', 'target'],
  created: 'createdAt',
  listings: {
    byAccount: { by: ['account', 'side'], holds: 'record' },
    byTarget: { by: ['target', 'side'], holds: 'key' },
  },
});
