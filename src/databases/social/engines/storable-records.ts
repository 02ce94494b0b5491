// What can be stored as a social record, whichever back end keeps it: the same values are refused by all of them, so that
// records can be moved from any to any other. SQL databases keep no U+0000, and none keeps half a surrogate pair.
import type { AnyRecord, Listing, RecordType } from '#databases/social/records/record-type';
import { ProtocolError } from '#support/errors';
import { keyTextBytesMax, recordBytesMax, recordTextBytesMax } from '#support/limits';

/** A declaration seen without its parameters. */
export interface PlainType {
  readonly name: string;
  readonly fields: { readonly [field: string]: string };
  readonly key: readonly string[];
  readonly created: string | undefined;
  readonly unique: { readonly [name: string]: readonly string[] };
  readonly listings: {
    readonly [name: string]: Omit<Listing<never>, 'by'> & { readonly by: readonly string[] };
  };
  readonly texts: readonly string[];
}

export function plainType(type: RecordType<never>): PlainType {
  return type as unknown as PlainType;
}

/** As JSON a character takes six bytes at most. */
const characterBytesMax = 6;
/** Of names of fields, numbers and punctuation in any record. */
const frameBytesMax = 2_000;

const keyFields = new WeakMap<PlainType, ReadonlySet<string>>();

/** The fields whose values stand in a key, a unique set or a listing. */
function keyFieldsOf(type: PlainType): ReadonlySet<string> {
  let fields = keyFields.get(type);
  if (!fields) {
    const sets = [
      type.key,
      ...Object.values(type.unique),
      ...Object.values(type.listings).map(({ by }) => by),
    ];
    fields = new Set(sets.flat());
    keyFields.set(type, fields);
  }
  return fields;
}

/**
 * Throws `TypeError` where a record is not what its type declares, which is an error of the program; `ProtocolError`
 * invalidParam or tooLarge where a value is none that every back end can keep.
 */
export function assertStorable(type: PlainType, record: AnyRecord): void {
  const indexed = keyFieldsOf(type);
  let bytes = frameBytesMax;
  for (const field in type.fields) {
    const kind = type.fields[field] as string;
    const value = record[field];
    if (value === undefined) {
      if (!kind.endsWith('?')) throw new TypeError(`${type.name}.${field} is missing`);
      continue;
    }
    bytes += checkValue(`${type.name}.${field}`, kind, value, indexed.has(field));
  }
  for (const field of Object.keys(record)) {
    if (!Object.hasOwn(type.fields, field)) throw new TypeError(`${type.name} has no field called ${field}`);
  }
  // What may be too large is measured.
  if (bytes > recordBytesMax && Buffer.byteLength(JSON.stringify(record)) > recordBytesMax) {
    throw new ProtocolError('tooLarge', `A record of ${type.name} has at most ${recordBytesMax} bytes.`);
  }
}

/** Answers how many bytes the value takes as JSON at most. */
function checkValue(name: string, kind: string, value: unknown, isIndexed: boolean): number {
  switch (kind.replace('?', '')) {
    case 'text':
    case 'uri': {
      if (typeof value !== 'string') throw new TypeError(`${name} is no text`);
      if (!isStorableText(value)) throw unstorable(name);
      if (isIndexed && kind.startsWith('text') && !isKeyText(value)) {
        throw new ProtocolError('invalidParam', `${name} has at most ${keyTextBytesMax} bytes.`);
      }
      return value.length * characterBytesMax;
    }
    case 'integer':
      if (typeof value !== 'number') throw new TypeError(`${name} is no number`);
      if (!Number.isSafeInteger(value)) {
        throw new ProtocolError('invalidParam', `${name} is an integer that a double holds exactly.`);
      }
      return 0;
    case 'flag':
      if (typeof value !== 'boolean') throw new TypeError(`${name} is no flag`);
      return 0;
    default: {
      // What JSON escapes it keeps as it is, so that any text may stand in it.
      const json = JSON.stringify(value) as string | undefined;
      if (json === undefined) throw new TypeError(`${name} is no JSON`);
      return json.length * characterBytesMax;
    }
  }
}

/** Throws as `assertStorable` does; `text` is one that belongs to a record. */
export function assertStorableText(type: PlainType, name: string, text: string | undefined): void {
  if (!type.texts.includes(name)) throw new TypeError(`${type.name} has no text called ${name}`);
  if (text === undefined) return;
  if (!isStorableText(text)) throw unstorable(`${type.name}.${name}`);
  if (text.length * 3 > recordTextBytesMax && Buffer.byteLength(text) > recordTextBytesMax) {
    throw new ProtocolError('tooLarge', `${type.name}.${name} has at most ${recordTextBytesMax} bytes.`);
  }
}

/** Whether a record of this type can have these values, as far as it can be looked for by them. */
export function areStorable(type: PlainType, values: object): boolean {
  return Object.entries(values).every(([field, value]) => isStorableKey(type, field, value));
}

/** Whether a record can have this value in a field that it can be looked for by. */
export function isStorableKey(type: PlainType, field: string, value: unknown): boolean {
  if (typeof value !== 'string') return typeof value !== 'number' || Number.isSafeInteger(value);
  const isLimited = type.fields[field]?.startsWith('text') && keyFieldsOf(type).has(field);
  return isStorableText(value) && (!isLimited || isKeyText(value));
}

function isKeyText(value: string): boolean {
  return value.length * 3 <= keyTextBytesMax || Buffer.byteLength(value) <= keyTextBytesMax;
}

function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

function unstorable(name: string): ProtocolError {
  return new ProtocolError('invalidParam', `${name} holds U+0000 or half a surrogate pair.`);
}
