// Commit stamps and positions as text (contract.ts), and their bytes. FoundationDB's versionstamp: ten bytes that the
// commit assigns, big-endian, and two bytes that the writer chooses (tuple layer, type 0x33).
import type { CommitStamp, Position } from '#store/contract';

export const stampBytes = 10;
export const positionBytes = 12;

/** Before everything: no row is stamped at or below it. */
export const firstPosition = '000000000000000000000000' as Position;
/** After everything that any store will ever stamp. */
export const lastPosition = 'ffffffffffffffffffffffff' as Position;

/** The place of the `order`-th row (0 to 65,535) of the transaction that committed with `stamp`. */
export function positionOf(stamp: CommitStamp, order: number): Position {
  return (stamp + order.toString(16).padStart(4, '0')) as Position;
}

/** The position that has everything of this commit at or before it. */
export function endOf(stamp: CommitStamp): Position {
  return `${stamp}ffff` as Position;
}

/** The commit that a position belongs to. */
export function stampOf(position: Position): CommitStamp {
  return position.slice(0, stampBytes * 2) as CommitStamp;
}

export function readStamp(bytes: Buffer, offset = 0): CommitStamp {
  return bytes.toString('hex', offset, offset + stampBytes) as CommitStamp;
}

export function readPosition(bytes: Buffer, offset = 0): Position {
  return bytes.toString('hex', offset, offset + positionBytes) as Position;
}

export function positionToBytes(position: Position): Buffer {
  return Buffer.from(position, 'hex');
}

/** Stands for the position that the transaction under way will get, at this order within it. */
export class PendingPosition {
  readonly order: number;

  constructor(order: number) {
    this.order = order;
  }
}
