// How values become bytes. A stamped codec begins with the position of the row's own commit.
import type { Position } from '#store/contract';
import { PendingPosition, positionBytes, positionToBytes, readPosition } from '#store/versionstamp';

export interface Codec<V> {
  encode(value: V): Buffer;
  decode(bytes: Buffer): V;
  /** Where a pending position lies in the encoded value, for codecs that hold one. */
  readonly stampOffset?: number;
}

const empty = Buffer.alloc(0);

/** The key says it all. */
export const nothing: Codec<true> = { encode: () => empty, decode: () => true };

export const raw: Codec<Buffer> = { encode: (value) => value, decode: (bytes) => bytes };

export const utf8: Codec<string> = {
  encode: (value) => Buffer.from(value, 'utf8'),
  decode: (bytes) => bytes.toString('utf8'),
};

/** Little-endian signed 64-bit, as atomic `add` takes it. */
export const counter: Codec<number> = {
  encode: (value) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    return bytes;
  },
  decode: (bytes) => Number(bytes.readBigInt64LE()),
};

export function json<V>(): Codec<V> {
  return {
    encode: (value) => Buffer.from(JSON.stringify(value), 'utf8'),
    decode: (bytes) => JSON.parse(bytes.toString('utf8')) as V,
  };
}

/** A value with the position of the commit that wrote it: `at` is pending when written, a position when read. */
export interface At<V> {
  readonly at: Position | PendingPosition;
  readonly value: V;
}

export interface Positioned<V> {
  readonly at: Position;
  readonly value: V;
}

/** Twelve bytes of position before the inner value. */
export function stamped<V>(inner: Codec<V>): Codec<At<V>> & { decode(bytes: Buffer): Positioned<V> } {
  return {
    stampOffset: 0,
    encode: ({ at, value }) => {
      const head = Buffer.allocUnsafe(positionBytes);
      if (at instanceof PendingPosition) head.fill(0xff, 0, 10).writeUInt16BE(at.order, 10);
      else positionToBytes(at).copy(head);
      return Buffer.concat([head, inner.encode(value)]);
    },
    decode: (bytes) => ({ at: readPosition(bytes), value: inner.decode(bytes.subarray(positionBytes)) }),
  };
}
