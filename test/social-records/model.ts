// What a back end has to answer, worked out the obvious way: all records in memory, every query a filter and a sort.
import { isListed, type Listing } from '#databases/social/records/record-type';
import { type AnyRecord, nameOf, type RawTexts, type RawType } from './raw-records.ts';

export interface Kept {
  readonly record: AnyRecord;
  /** In the order in which records were first stored. */
  readonly place: number;
  readonly texts: ReadonlyMap<string, string>;
}

export class UniqueTaken extends Error {}

export class ModelRecords {
  readonly #types = new Map<string, Map<string, Kept>>();
  #places = 0;

  /** What a transaction works on: it takes the place of this one once it is committed. */
  copy(): ModelRecords {
    const copied = new ModelRecords();
    for (const [name, records] of this.#types) copied.#types.set(name, new Map(records));
    copied.#places = this.#places;
    return copied;
  }

  #of(type: RawType): Map<string, Kept> {
    let records = this.#types.get(type.name);
    if (!records) this.#types.set(type.name, (records = new Map()));
    return records;
  }

  all(type: RawType): Kept[] {
    return [...this.#of(type).values()];
  }

  get(type: RawType, key: AnyRecord): Kept | undefined {
    return this.#of(type).get(nameOf(type.key, key));
  }

  /** Answers whether it is new; throws `UniqueTaken`. */
  put(type: RawType, record: AnyRecord, texts: RawTexts = {}): boolean {
    const name = nameOf(type.key, record);
    const records = this.#of(type);
    const old = records.get(name);
    for (const fields of Object.values(type.unique)) {
      const values = nameOf(fields, record);
      for (const [other, kept] of records) {
        if (other !== name && nameOf(fields, kept.record) === values) throw new UniqueTaken();
      }
    }
    const kept = new Map(old?.texts);
    for (const [part, text] of Object.entries(texts)) {
      if (text === undefined) kept.delete(part);
      else kept.set(part, text);
    }
    records.set(name, { record, place: old?.place ?? ++this.#places, texts: kept });
    return old === undefined;
  }

  remove(type: RawType, key: AnyRecord): AnyRecord | undefined {
    const records = this.#of(type);
    const name = nameOf(type.key, key);
    const old = records.get(name);
    records.delete(name);
    return old?.record;
  }

  listed(type: RawType, listing: string, lead: AnyRecord): Kept[] {
    const declared = type.listings[listing] as unknown as Listing<never>;
    return this.all(type).filter(({ record }) => isListed(declared, record) && hasValues(record, lead));
  }
}

export function hasValues(record: AnyRecord, values: AnyRecord): boolean {
  return Object.entries(values).every(([field, value]) => record[field] === value);
}

/** Integers by value, texts by their UTF-8; whatever else as it is ranked. */
export type Compare = (left: AnyRecord, right: AnyRecord) => number;

export function compareTexts(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
