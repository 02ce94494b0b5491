// Streams: what a subscriber must be told, in order of position under one subject. An entry may take a slot; a newer
// entry in the slot removes the older one in the same transaction, so repetition never grows a stream.
import { type Codec, json, stamped } from '#store/codecs';
import type { Position, Snapshot, Transaction } from '#store/contract';
import {
  type Bounds,
  type Column,
  declareTable,
  position,
  type Table,
  type TableDeclaration,
  text,
} from '#store/keyspace';
import { PendingPosition } from '#store/versionstamp';
import type { Awaitable } from '#support/awaitable';

/** An entry of a stream with slots; `value` is undefined where the slot was emptied (a tombstone). */
export interface SlotEntry<V> {
  readonly slot: string;
  readonly value?: V;
}

type EntryKey = [subject: string, at: Position | PendingPosition];
type SlotKey = [subject: string, slot: string];

/** The two tables of a stream with slots: its entries by position, and where each slot's entry lies. */
export interface SlotStreamDeclaration<V> {
  readonly entries: TableDeclaration<EntryKey, SlotEntry<V>>;
  readonly slots: TableDeclaration<SlotKey, { at: Position | PendingPosition; value: true }>;
}

const present: Codec<true> = { encode: () => Buffer.alloc(0), decode: () => true };

/** Declares a stream under two prefixes: `prefix` for its entries, the same with `s` behind it for its slots. */
export function declareSlotStream<V>(
  prefix: string,
  about: string,
  subject: Column<string>,
): SlotStreamDeclaration<V> {
  return {
    entries: declareTable(prefix, about, [subject, position('at')], json<SlotEntry<V>>()),
    slots: declareTable(
      `${prefix}s`,
      `Where each slot's entry lies in: ${about}`,
      [subject, text('slot')],
      stamped(present),
    ),
  };
}

export interface StreamRead<V> {
  readonly entries: readonly {
    readonly at: Position;
    readonly slot: string;
    readonly value: V | undefined;
  }[];
  readonly more: boolean;
}

/** A stream with slots, over its two bound tables. */
export class SlotStream<V> {
  readonly #entries: Table<EntryKey, SlotEntry<V>>;
  readonly #slots: Table<SlotKey, { at: Position | PendingPosition; value: true }>;
  // The order that a slot already has in a transaction under way: what it has stamped cannot be read (error 1036).
  readonly #written = new WeakMap<Transaction, Map<string, PendingPosition>>();

  constructor(
    entries: Table<EntryKey, SlotEntry<V>>,
    slots: Table<SlotKey, { at: Position | PendingPosition; value: true }>,
  ) {
    this.#entries = entries;
    this.#slots = slots;
  }

  /** Puts an entry into a slot, or empties it with a tombstone. Two rows are written, one read, one cleared. */
  async put(transaction: Transaction, subject: string, slot: string, value: V | undefined): Promise<void> {
    const entry: SlotEntry<V> = value === undefined ? { slot } : { slot, value };
    const written = this.#writtenIn(transaction);
    const name = `${subject}\0${slot}`;
    const earlier = written.get(name);
    if (earlier) {
      this.#entries.set(transaction, [subject, earlier], entry);
      return;
    }
    const at = new PendingPosition(transaction.nextOrder());
    written.set(name, at);
    const current = await this.#slots.get(transaction, [subject, slot]);
    if (current) this.#entries.clear(transaction, [subject, current.at as Position]);
    this.#slots.set(transaction, [subject, slot], { at, value: true });
    this.#entries.set(transaction, [subject, at], entry);
  }

  #writtenIn(transaction: Transaction): Map<string, PendingPosition> {
    let written = this.#written.get(transaction);
    if (!written) this.#written.set(transaction, (written = new Map()));
    return written;
  }

  /** The current value of a slot: two point reads. */
  async get(reader: Snapshot, subject: string, slot: string): Promise<V | undefined> {
    const current = await this.#slots.get(reader, [subject, slot]);
    if (!current) return undefined;
    return (await this.#entries.get(reader, [subject, current.at as Position]))?.value;
  }

  /** What is new: one range read. */
  read(reader: Snapshot, subject: string, bounds: Bounds): Awaitable<StreamRead<V>> {
    const found = this.#entries.page(reader, [subject], bounds);
    if (found instanceof Promise) return found.then(toStreamRead);
    return toStreamRead(found);
  }
}

function toStreamRead<V>(page: {
  rows: readonly { key: readonly [string, Position]; value: SlotEntry<V> }[];
  more: boolean;
}): StreamRead<V> {
  return {
    entries: page.rows.map(({ key: [, at], value: { slot, value } }) => ({ at, slot, value })),
    more: page.more,
  };
}
