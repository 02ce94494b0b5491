// Values packed into the binary keys of DynamoDB, which compares them byte by byte: integers sort as integers, texts as
// their UTF-8, and a URI is its SHA-256. A hash key has at most 2,048 bytes there and a range key 1,024.
import { hash } from 'node:crypto';
import type { PlainType } from '#databases/social/engines/storable-records';
import type { AnyRecord } from '#databases/social/records/record-type';
import { keyTextBytesMax } from '#support/limits';

/** In place of a hash key's value where there is none to part records by, and of a range key's where nothing is left. */
export const nothing = Buffer.of(0);

/** Bytes of what is kept of a text that is longer than any in a key: what is looked for may be, and is not found. */
const startBytes = 400;
const integerOffset = 1n << 63n;

function packText(text: string): Buffer {
  let bytes = Buffer.from(text, 'utf8');
  if (bytes.length > keyTextBytesMax) {
    bytes = Buffer.concat([bytes.subarray(0, startBytes), Buffer.from(hash('sha256', text))]);
  }
  // 00 becomes 00 01, and the end is 00 00: no text is the beginning of another, and the shorter one is less.
  const end = Buffer.of(0, 0);
  if (!bytes.includes(0)) return Buffer.concat([bytes, end]);
  const escaped = [...bytes].flatMap((byte) => (byte === 0 ? [0, 1] : [byte]));
  return Buffer.concat([Buffer.from(escaped), end]);
}

export function packInteger(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value) + integerOffset);
  return bytes;
}

/** The eight bytes of a place: its 16 digits. */
export function packPlace(place: string): Buffer {
  return Buffer.from(place, 'hex');
}

/** The value of a field as part of a key. */
export function packValue(type: PlainType, field: string, value: unknown): Buffer {
  switch (type.fields[field]?.replace('?', '')) {
    case 'text':
      return packText(value as string);
    case 'uri':
      return hash('sha256', value as string, 'buffer');
    case 'integer':
      return packInteger(value as number);
    default:
      throw new TypeError(`${type.name}.${field} cannot be part of a key`);
  }
}

/** Which of these fields parts the records of a table or an index among hash keys, and which order them there. */
export interface KeyFields {
  readonly hash: string | undefined;
  readonly range: readonly string[];
}

/** The first field parts them, unless it is an integer: those are for ranges across all records. */
export function keyFields({ fields }: PlainType, names: readonly string[]): KeyFields {
  const [first, ...others] = names;
  if (first === undefined || fields[first]?.startsWith('integer')) return { hash: undefined, range: names };
  return { hash: first, range: others };
}

export function packHash(type: PlainType, { hash: field }: KeyFields, values: AnyRecord): Buffer {
  if (field === undefined) return nothing;
  if (values[field] === undefined) throw new TypeError(`${type.name}.${field} is missing`);
  return packValue(type, field, values[field]);
}

/** As many of the fields as have values; empty where there are none. */
export function packRange(type: PlainType, fields: readonly string[], values: AnyRecord): Buffer {
  const missing = fields.findIndex((field) => values[field] === undefined);
  const given = missing < 0 ? fields : fields.slice(0, missing);
  return Buffer.concat(given.map((field) => packValue(type, field, values[field])));
}

/** The least key that is greater than all that begin with these bytes; undefined where there is none. */
export function prefixEnd(prefix: Buffer): Buffer | undefined {
  for (let last = prefix.length - 1; last >= 0; last--) {
    const byte = prefix[last] as number;
    if (byte < 0xff) return Buffer.concat([prefix.subarray(0, last), Buffer.of(byte + 1)]);
  }
  return undefined;
}
