// Writes social records to our ordered store: a record and every row derived from it change in one transaction.

import { isDeepStrictEqual } from 'node:util';
import { keyOf } from '#databases/social/engines/field-values';
import { type ListingTable, listed, type StoredType } from '#databases/social/engines/store/record-tables';
import { part, StoreRecordReader } from '#databases/social/engines/store/store-record-reader';
import type { RecordWriter, Texts } from '#databases/social/record-access';
import { type AnyRecord, type Field, isListed, type RecordType } from '#databases/social/records/record-type';
import { addChunks, clearChunks, writeChunks } from '#store/chunks';
import type { At } from '#store/codecs';
import type { Position, Transaction } from '#store/contract';
import { PendingPosition } from '#store/versionstamp';
import { ProtocolError } from '#support/errors';

type Row = At<AnyRecord>;

export class StoreRecordWriter extends StoreRecordReader implements RecordWriter {
  readonly #transaction: Transaction;
  // Rows as this transaction sees them. Each is read once, and what it has itself stamped can be had from here alone: the
  // store cannot read that back before the commit (error 1036).
  readonly #rows = new Map<string, Row | undefined>();

  constructor(transaction: Transaction, types: ReadonlyMap<string, StoredType>) {
    super(transaction, types);
    this.#transaction = transaction;
  }

  protected override async row(stored: StoredType, key: readonly unknown[]): Promise<Row | undefined> {
    const name = nameOf(stored, key);
    if (!this.#rows.has(name)) {
      const found = await super.row(stored, key);
      // What was written meanwhile counts.
      if (!this.#rows.has(name)) this.#rows.set(name, found);
    }
    return this.#rows.get(name);
  }

  async insert<R extends object, K extends Field<R>, T extends string>(
    type: RecordType<R, K, never, string, T>,
    record: NoInfer<R>,
    texts?: NoInfer<Texts<T>>,
  ): Promise<void> {
    const stored = this.stored(type);
    this.#store(stored, undefined, record as AnyRecord);
    this.#storeTexts(stored, record as AnyRecord, texts);
  }

  async put<R extends object, K extends Field<R>, T extends string>(
    type: RecordType<R, K, string, string, T>,
    record: NoInfer<R>,
    texts?: NoInfer<Texts<T>>,
  ): Promise<boolean> {
    const stored = this.stored(type);
    const old = await this.row(stored, keyOf(type.key, record as AnyRecord));
    await this.#moveUnique(stored, old?.value, record as AnyRecord);
    this.#store(stored, old, record as AnyRecord);
    this.#storeTexts(stored, record as AnyRecord, texts, old === undefined);
    return old === undefined;
  }

  async remove<R extends object, K extends Field<R>>(
    type: RecordType<R, K>,
    key: NoInfer<Pick<R, K>>,
  ): Promise<R | undefined> {
    const stored = this.stored(type);
    const packed = keyOf(type.key, key as AnyRecord);
    const old = await this.row(stored, packed);
    if (!old) return undefined;
    if (old.at instanceof PendingPosition) {
      throw new TypeError(`a record of ${type.name} was stored and removed in one transaction`);
    }
    for (const { fields, rows } of stored.unique.values()) {
      rows.clear(this.#transaction, keyOf(fields, old.value));
    }
    for (const table of stored.listings.values()) this.#relist(stored, table, old, undefined);
    this.#redate(stored, old, undefined);
    for (const pieces of stored.texts.values()) clearChunks(this.#transaction, pieces.key(packed));
    stored.rows.clear(this.#transaction, packed);
    this.#rows.set(nameOf(stored, packed), undefined);
    return old.value as R;
  }

  async #moveUnique(stored: StoredType, old: AnyRecord | undefined, record: AnyRecord): Promise<void> {
    const key = keyOf(stored.type.key, record);
    for (const [name, { fields, rows }] of stored.unique) {
      const values = keyOf(fields, record);
      const before = old && keyOf(fields, old);
      if (before && isDeepStrictEqual(before, values)) continue;
      if (await rows.get(this.#transaction, values)) {
        throw new ProtocolError('conflict', `${stored.type.name} has a record with the same ${name} already`);
      }
      if (before) rows.clear(this.#transaction, before);
      rows.set(this.#transaction, values, key);
    }
  }

  #store(stored: StoredType, old: Row | undefined, record: AnyRecord): void {
    const key = keyOf(stored.type.key, record);
    const row: Row = { at: old?.at ?? new PendingPosition(this.#transaction.nextOrder()), value: record };
    stored.rows.set(this.#transaction, key, row);
    this.#rows.set(nameOf(stored, key), row);
    for (const table of stored.listings.values()) this.#relist(stored, table, old, row);
    this.#redate(stored, old, row);
  }

  /** A record that is known to be new has no texts yet. */
  #storeTexts(stored: StoredType, record: AnyRecord, texts: Texts<string> = {}, isNew = false): void {
    const key = keyOf(stored.type.key, record);
    for (const [name, text] of Object.entries(texts)) {
      const pieces = part(stored.texts, name).key(key);
      const value = text === undefined ? undefined : Buffer.from(text, 'utf8');
      if (value && isNew) addChunks(this.#transaction, pieces, value);
      else if (value) writeChunks(this.#transaction, pieces, value);
      else if (!isNew) clearChunks(this.#transaction, pieces);
    }
  }

  /** Moves a record within one listing and its counts; what does not change is not written. */
  #relist(stored: StoredType, table: ListingTable, old: Row | undefined, row: Row | undefined): void {
    const { listing, rows, totals } = table;
    const before = old && isListed(listing, old.value) ? keyOf(listing.by, old.value) : undefined;
    const after = row && isListed(listing, row.value) ? keyOf(listing.by, row.value) : undefined;
    const stays = before && after && isDeepStrictEqual(before, after);
    if (before && old && !stays) {
      if (old.at instanceof PendingPosition) {
        throw new TypeError(`a record of ${table.name} moved in the transaction that stored it`);
      }
      rows.clear(this.#transaction, [...before, old.at as Position]);
      totals?.add(this.#transaction, before, -1);
    }
    if (after && row && !(stays && listing.holds === 'key')) {
      rows.set(this.#transaction, [...after, row.at], listed(stored.type, listing, row.value));
      if (!stays) totals?.add(this.#transaction, after, 1);
    }
  }

  /** Moves a record in the order of time, and counts it. */
  #redate({ type, created }: StoredType, old: Row | undefined, row: Row | undefined): void {
    if (!created) return;
    const { field, rows, total } = created;
    if (old && row && old.value[field] === row.value[field]) return;
    if (old) {
      if (old.at instanceof PendingPosition) {
        throw new TypeError(`a record of ${type.name} changed its time in the transaction that stored it`);
      }
      rows.clear(this.#transaction, [old.value[field], old.at as Position]);
      if (!row) total.add(this.#transaction, [], -1);
    }
    if (row) {
      rows.set(this.#transaction, [row.value[field], row.at], keyOf(type.key, row.value));
      if (!old) total.add(this.#transaction, [], 1);
    }
  }
}

function nameOf({ type }: StoredType, key: readonly unknown[]): string {
  return `${type.name}\0${key.join('\0')}`;
}
