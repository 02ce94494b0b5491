// The stamp of a commit from its version. One machine gives every commit a version of its own, so the two bytes of
// order within a batch are zero. Layout: FoundationDB, "Versionstamps" (8 bytes of version, 2 of batch order, big-endian).
import type { CommitStamp, Position } from '#store/contract';
import { StoreError, storeErrors } from '#store/errors';

const stampBytes = 10;
export const firstStamp = Buffer.alloc(stampBytes, 0x00);
export const lastStamp = Buffer.alloc(stampBytes, 0xff);

/** The ten bytes of the stamp. */
export function packStamp(version: number): Buffer {
  const stamp = Buffer.alloc(stampBytes);
  stamp.writeBigUInt64BE(BigInt(version));
  return stamp;
}

/** The stamp as 20 hex digits. */
export function commitStamp(version: number): CommitStamp {
  return `${version.toString(16).padStart(16, '0')}0000` as CommitStamp;
}

/** The position of a reader at `version`: behind every row that was stamped up to there. */
export function readerPosition(version: number): Position {
  return `${commitStamp(version)}ffff` as Position;
}

/** A copy of `template` with ten bytes at `offset` replaced by the stamp. Throws 2000 if they do not lie within it. */
export function placeStamp(template: Buffer, offset: number, stamp: Buffer): Buffer {
  if (!Number.isInteger(offset) || offset < 0 || offset + stampBytes > template.length) {
    throw new StoreError(
      storeErrors.clientInvalidOperation,
      `A stamp of ${stampBytes} bytes does not fit at offset ${offset} of ${template.length} bytes`,
    );
  }
  const stamped = Buffer.from(template);
  stamp.copy(stamped, offset);
  return stamped;
}
