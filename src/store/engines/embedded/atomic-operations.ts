// What the atomic mutations make of a stored value. Source: FoundationDB, "Atomic operations": a missing value counts as
// empty, a shorter one is extended with zero bytes, a longer one is cut to the operand's width; integers are little-endian.

export type AtomicOperation = (stored: Buffer | undefined, operand: Buffer) => Buffer;

/** The sum, wrapping at the operand's width. */
export const addLittleEndian: AtomicOperation = (stored, operand) => {
  const sum = Buffer.alloc(operand.length);
  let carry = 0;
  for (let index = 0; index < operand.length; index++) {
    carry += (stored?.[index] ?? 0) + operand[index]!;
    sum[index] = carry & 0xff;
    carry >>>= 8;
  }
  return sum;
};

/** The larger of the two as unsigned integers, of the operand's width. */
export const maxLittleEndian: AtomicOperation = (stored, operand) => {
  const extended = Buffer.alloc(operand.length);
  stored?.copy(extended, 0, 0, operand.length);
  for (let index = operand.length - 1; index >= 0; index--) {
    if (extended[index]! !== operand[index]!) return extended[index]! > operand[index]! ? extended : operand;
  }
  return operand;
};
