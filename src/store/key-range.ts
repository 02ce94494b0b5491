// Ranges of keys that belong together.
import type { KeyRange } from '#store/contract';

/** The first key after every key that begins with `prefix`. */
export function prefixEnd(prefix: Buffer): Buffer {
  let length = prefix.length;
  while (length > 0 && prefix[length - 1] === 0xff) length--;
  if (length === 0) throw new RangeError('no key comes after every key that begins with FF');
  const end = Buffer.from(prefix.subarray(0, length));
  end[length - 1] = (end[length - 1] as number) + 1;
  return end;
}

/** Every key that begins with `prefix`, itself included. */
export function prefixRange(prefix: Buffer): KeyRange {
  return { begin: prefix, end: prefixEnd(prefix) };
}

/** The first key after `key`. */
export function keyAfter(key: Buffer): Buffer {
  return Buffer.concat([key, Buffer.of(0)]);
}
