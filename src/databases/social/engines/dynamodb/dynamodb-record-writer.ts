// Buffers what a write changes, and notes of every single record and unique value which version it read: the commit
// (commit-changes.ts) holds them against what is there then.
import type { Change, ChangedRecord } from '#databases/social/engines/dynamodb/commit-changes';
import {
  type ItemKey,
  keyText,
  type Layout,
  recordKey,
  type TypeTable,
  uniqueKey,
} from '#databases/social/engines/dynamodb/dynamodb-layout';
import { DynamodbRecordReader } from '#databases/social/engines/dynamodb/dynamodb-record-reader';
import type { Before, ItemLocks } from '#databases/social/engines/dynamodb/item-locks';
import type { ItemRequests } from '#databases/social/engines/dynamodb/item-requests';
import type { RecordItem, RecordState } from '#databases/social/engines/dynamodb/record-item';
import { readStoredText } from '#databases/social/engines/dynamodb/text-pieces';
import { ConflictError } from '#databases/social/engines/dynamodb/transaction-errors';
import type { Place, RecordWriter, Texts } from '#databases/social/record-access';
import type { AnyRecord, Field, RecordType } from '#databases/social/records/record-type';
import { ProtocolError } from '#support/errors';

/** How often a record is read again that others have just finished or given up writing. */
const settlesMax = 3;

export class DynamodbRecordWriter extends DynamodbRecordReader implements RecordWriter {
  readonly #locks: ItemLocks;
  readonly #newPlace: () => Place;
  readonly #read = new Map<string, RecordState | undefined>();
  readonly #changes = new Map<string, Change>();

  constructor(requests: ItemRequests, layout: Layout, locks: ItemLocks, newPlace: () => Place) {
    super(requests, layout);
    this.#locks = locks;
    this.#newPlace = newPlace;
  }

  changes(): Change[] {
    return [...this.#changes.values()];
  }

  protected override async state(key: ItemKey): Promise<RecordState | undefined> {
    const known = this.#known(key);
    if (known) return known.state;
    let item = await this.requests.get(key);
    for (let settled = 0; item?.lock && settled < settlesMax; settled++) {
      // What was decided and left behind is carried out first: this write would only meet it later.
      if (!(await this.#locks.settleIfOver(item))) break;
      item = await this.requests.get(key);
    }
    return this.seen(key, item?.state);
  }

  protected override async states(keys: readonly ItemKey[]): Promise<(RecordState | undefined)[]> {
    const items = new Map<string, RecordItem | undefined>();
    const unknown = keys.filter((key) => !this.#known(key));
    const found = await this.requests.getAll(unknown);
    for (const [at, key] of unknown.entries()) items.set(keyText(key), found[at]);
    return keys.map((key) => this.#known(key)?.state ?? this.seen(key, items.get(keyText(key))?.state));
  }

  /** What was read first stays what this transaction sees, and what it has written stands before that. */
  protected override seen(key: ItemKey, state: RecordState | undefined): RecordState | undefined {
    const known = this.#known(key);
    if (known) return known.state;
    this.#read.set(keyText(key), state);
    return state;
  }

  #known(key: ItemKey): { readonly state: RecordState | undefined } | undefined {
    const text = keyText(key);
    const change = this.#changes.get(text);
    if (change) return { state: change.after && this.#asState(change, change.after) };
    return this.#read.has(text) ? { state: this.#read.get(text) } : undefined;
  }

  #asState({ before }: Change, { place, record }: ChangedRecord): RecordState {
    const texts = before && before !== 'unread' ? before.texts : new Map();
    return { version: '', trail: [], place, record, texts };
  }

  override async text<R extends object, K extends Field<R>, T extends string>(
    type: RecordType<R, K, string, string, T>,
    key: NoInfer<Pick<R, K>>,
    name: NoInfer<T>,
  ): Promise<string | undefined> {
    const itemKey = recordKey(this.table(type), key as AnyRecord);
    const texts = this.#changes.get(keyText(itemKey))?.after?.texts;
    if (texts?.has(name)) return texts.get(name)?.toString('utf8');
    let isAgain = false;
    const state = async () => {
      // The pieces of a text go when it is replaced: then the record is not what was read any more.
      if (isAgain) throw new ConflictError(keyText(itemKey));
      isAgain = true;
      return this.state(itemKey);
    };
    return readStoredText(this.requests, this.layout, state, name);
  }

  async insert<R extends object, K extends Field<R>, T extends string>(
    type: RecordType<R, K, never, string, T>,
    record: NoInfer<R>,
    texts?: NoInfer<Texts<T>>,
  ): Promise<void> {
    this.#store(this.table(type), record as AnyRecord, texts);
  }

  async put<R extends object, K extends Field<R>, T extends string>(
    type: RecordType<R, K, string, string, T>,
    record: NoInfer<R>,
    texts?: NoInfer<Texts<T>>,
  ): Promise<boolean> {
    const table = this.table(type);
    const old = await this.state(recordKey(table, record as AnyRecord));
    await this.#moveUnique(table, old?.record, record as AnyRecord);
    this.#store(table, record as AnyRecord, texts);
    return old === undefined;
  }

  async remove<R extends object, K extends Field<R>>(
    type: RecordType<R, K>,
    key: NoInfer<Pick<R, K>>,
  ): Promise<R | undefined> {
    const table = this.table(type);
    const itemKey = recordKey(table, key as AnyRecord);
    const old = await this.state(itemKey);
    if (!old) return undefined;
    for (const name of Object.keys(table.type.unique)) {
      this.#change(uniqueKey(this.layout, table, name, old.record), undefined);
    }
    this.#change(itemKey, undefined);
    return old.record as R;
  }

  async #moveUnique(table: TypeTable, old: AnyRecord | undefined, record: AnyRecord): Promise<void> {
    const key = Object.fromEntries(table.type.key.map((field) => [field, record[field]]));
    for (const [name, fields] of Object.entries(table.type.unique)) {
      if (old && fields.every((field) => old[field] === record[field])) continue;
      const itemKey = uniqueKey(this.layout, table, name, record);
      if (await this.state(itemKey)) {
        throw new ProtocolError('conflict', `${table.type.name} has a record with the same ${name} already`);
      }
      // The value before is locked with the record that has it, so that nothing needs to be known of it.
      if (old) this.#change(uniqueKey(this.layout, table, name, old), undefined);
      this.#change(itemKey, { place: this.#newPlace(), record: key, texts: new Map() });
    }
  }

  #store(table: TypeTable, record: AnyRecord, texts: Texts<string> = {}): void {
    const key = recordKey(table, record);
    const change = this.#changes.get(keyText(key));
    const changed = new Map(change?.after?.texts);
    // What was removed before had texts that the new record has not.
    if (change && !change.after) for (const name of table.type.texts) changed.set(name, undefined);
    for (const [name, text] of Object.entries(texts)) {
      changed.set(name, text === undefined ? undefined : Buffer.from(text, 'utf8'));
    }
    const place = this.#known(key)?.state?.place ?? this.#newPlace();
    this.#change(key, { place, record, texts: changed });
  }

  #change(key: ItemKey, after: ChangedRecord | undefined): void {
    const text = keyText(key);
    const before: Before = this.#changes.has(text)
      ? this.#changes.get(text)?.before
      : this.#read.has(text)
        ? this.#read.get(text)
        : 'unread';
    this.#changes.set(text, { key, before, after });
  }
}
