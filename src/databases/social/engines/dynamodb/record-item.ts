// What an item of a record (or of a unique value) holds, and how it is written down as attributes. Attributes beside the key
// and those of indices, in short since names are billed, too:
//   d  the record as JSON            v  the id of the write that made it      w  the ids of the writes before, newest first
//   p  its place                     t  its texts: short ones themselves, others as the id and number of their pieces
//   l  the journal of the write that has locked the item                      n  what that write makes of it once decided
// An item that has no `v` is only a lock on a key that no record has: readers take it for nothing.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import {
  type Attributes,
  hashAttribute,
  type ItemKey,
  type ItemTable,
  indexAttributes,
  keyAttributes,
  rangeAttribute,
} from '#databases/social/engines/dynamodb/dynamodb-layout';
import type { Place } from '#databases/social/record-access';
import type { AnyRecord } from '#databases/social/records/record-type';
import { dynamodbTrailMax } from '#support/limits';

/** A text within the item, or where its pieces are. */
export type StoredText = { readonly bytes: Buffer } | { readonly id: string; readonly pieces: number };

export interface RecordState {
  readonly version: string;
  /** Versions that this one came after, newest first: a writer finds its own there when it does not know what it did. */
  readonly trail: readonly string[];
  readonly place: Place;
  readonly record: AnyRecord;
  readonly texts: ReadonlyMap<string, StoredText>;
}

/** What a write makes of an item. */
export interface Staged {
  readonly version: string;
  /** Whether the item was not read: then it keeps the place that it may have. */
  readonly isBlind: boolean;
  readonly place: Place;
  /** Absent where the record is removed. */
  readonly record: AnyRecord | undefined;
  /** Texts that change; undefined removes one. */
  readonly texts: ReadonlyMap<string, StoredText | undefined>;
}

export interface RecordItem {
  readonly key: ItemKey;
  readonly state: RecordState | undefined;
  readonly lock: { readonly journal: string; readonly staged: Staged } | undefined;
  readonly attributes: Attributes;
}

export function bytesOf(value: AttributeValue | undefined): Buffer {
  if (!value?.B) throw new TypeError('an item of DynamoDB has no bytes where there must be some');
  return Buffer.from(value.B);
}

export function textOf(value: AttributeValue | undefined): string {
  if (value?.S === undefined) throw new TypeError('an item of DynamoDB has no text where there must be one');
  return value.S;
}

export function readItem(table: ItemTable, attributes: Attributes): RecordItem {
  const { l, n } = attributes;
  const hash = bytesOf(attributes[hashAttribute]);
  const range = bytesOf(attributes[rangeAttribute]);
  return {
    key: { table, hash, range },
    state: attributes.v && readState(attributes),
    lock: l && { journal: textOf(l), staged: readStaged(n?.M ?? {}) },
    attributes,
  };
}

function readState({ v, w, p, d, t }: Attributes): RecordState {
  return {
    version: textOf(v),
    trail: (w?.L ?? []).map(textOf),
    place: textOf(p) as Place,
    record: JSON.parse(textOf(d)) as AnyRecord,
    texts: new Map(Object.entries(t?.M ?? {}).map(([name, text]) => [name, readText(text)])),
  };
}

function readText(value: AttributeValue): StoredText {
  if (value.B) return { bytes: Buffer.from(value.B) };
  return { id: textOf(value.M?.i), pieces: Number(value.M?.c?.N) };
}

function readStaged({ v, b, p, d, t }: Attributes): Staged {
  return {
    version: textOf(v),
    isBlind: b?.BOOL ?? false,
    place: (p?.S ?? '') as Place,
    record: d && (JSON.parse(textOf(d)) as AnyRecord),
    texts: new Map(
      Object.entries(t?.M ?? {}).map(([name, text]) => [name, text.NULL ? undefined : readText(text)]),
    ),
  };
}

function writeText(text: StoredText | undefined): AttributeValue {
  if (text === undefined) return { NULL: true };
  if ('bytes' in text) return { B: text.bytes };
  return { M: { i: { S: text.id }, c: { N: String(text.pieces) } } };
}

function writeTexts(texts: ReadonlyMap<string, StoredText | undefined>): Attributes {
  if (texts.size === 0) return {};
  return { t: { M: Object.fromEntries([...texts].map(([name, text]) => [name, writeText(text)])) } };
}

export function writeStaged({ version, isBlind, place, record, texts }: Staged): AttributeValue {
  return {
    M: {
      v: { S: version },
      ...(record ? { p: { S: place } } : {}),
      ...(isBlind ? { b: { BOOL: true } } : {}),
      ...(record ? { d: { S: JSON.stringify(record) } } : {}),
      ...writeTexts(texts),
    },
  };
}

/** The whole item of a record, unlocked. */
export function writeState(key: ItemKey, state: RecordState): Attributes {
  const { version, trail, place, record, texts } = state;
  return {
    ...keyAttributes(key),
    v: { S: version },
    ...(trail.length > 0 ? { w: { L: trail.map((id) => ({ S: id })) } } : {}),
    p: { S: place },
    d: { S: JSON.stringify(record) },
    ...writeTexts(texts),
    ...indexAttributes(key.table, record, place),
  };
}

/** What a record is after a write; undefined where it is removed. */
export function afterwards(before: RecordState | undefined, staged: Staged): RecordState | undefined {
  const { version, isBlind, place, record } = staged;
  if (!record) return undefined;
  const texts = new Map(before?.texts);
  for (const [name, text] of staged.texts) {
    if (text) texts.set(name, text);
    else texts.delete(name);
  }
  const trail = before ? [before.version, ...before.trail].slice(0, dynamodbTrailMax) : [];
  return { version, trail, place: isBlind && before ? before.place : place, record, texts };
}

/** The pieces of texts that a record has before a write and not behind it. */
export function replacedTexts(before: RecordState | undefined, staged: Staged): readonly StoredText[] {
  if (!before) return [];
  const names = staged.record ? [...staged.texts.keys()] : [...before.texts.keys()];
  return names.map((name) => before.texts.get(name)).filter((text) => text !== undefined);
}
