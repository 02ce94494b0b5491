// A reader that may also write: facts that stand apart from a room's history. Events are written through a RoomDraft.

import type { Outlier } from '#databases/rooms/draft-events';
import {
  type AliasRecord,
  type ReceiptRecord,
  type RoomHead,
  type RoomRecord,
  receiptSlot,
} from '#databases/rooms/records';
import { type DraftedRoom, RoomDraft } from '#databases/rooms/room-draft';
import type { RoomsParts } from '#databases/rooms/rooms-parts';
import { RoomsReader } from '#databases/rooms/rooms-reader';
import type { EventId, RoomAlias, RoomId, UserId } from '#protocol/matrix/identifiers';
import type { Position, Transaction } from '#store/contract';
import type { Writing } from '#store/database';

export class RoomsWriter extends RoomsReader {
  readonly #transaction: Transaction;
  readonly #writing: Writing;
  readonly #isLocal: (user: UserId) => boolean;

  constructor(writing: Writing, parts: RoomsParts, isLocal: (user: UserId) => boolean) {
    super(writing.transaction, parts);
    this.#transaction = writing.transaction;
    this.#writing = writing;
    this.#isLocal = isLocal;
  }

  /**
   * A working copy of a room to judge and append events on; undefined where there is no such room. `isAlone` says that
   * the transaction is for one request only.
   */
  async draft(room: RoomId, isAlone = false): Promise<RoomDraft | undefined> {
    const [record, head] = await Promise.all([this.room(room), this.head(room)]);
    return record && head && this.#openDraft({ room, record, isAlone }, head);
  }

  /** The working copy of a room that is being made: its first event is the create event. */
  newRoom(room: RoomId, record: RoomRecord): RoomDraft {
    this.parts.tables.rooms.set(this.#transaction, [room], record);
    return this.#openDraft({ room, record, isAlone: true }, { extremities: [], depth: 0, line: 0 });
  }

  #openDraft(what: DraftedRoom, head: RoomHead): RoomDraft {
    return new RoomDraft(this, this.#writing, what, head, this.parts, this.#isLocal);
  }

  /** Stores an event that is known only because others name it. @throws Error where there is no such room */
  async storeOutlier(room: RoomId, outlier: Outlier): Promise<void> {
    const draft = await this.draft(room);
    if (!draft) throw new Error(`there is no room ${room}`);
    await draft.storeOutlier(outlier);
    await draft.finish();
  }

  rememberSent(user: UserId, device: string, request: Buffer, event: EventId): void {
    this.parts.tables.transactions.set(this.#transaction, [user, device, request], event);
  }

  /** One receipt per type, user and thread; a newer one replaces the older. */
  async putReceipt(room: RoomId, receipt: ReceiptRecord): Promise<void> {
    await this.parts.receipts.put(this.#transaction, room, receiptSlot(receipt), receipt);
    this.#writing.changed.add(`r${room}`);
  }

  setAlias(alias: RoomAlias, record: AliasRecord): void {
    this.parts.tables.aliases.set(this.#transaction, [alias], record);
    this.parts.tables.roomAliases.set(this.#transaction, [record.room, alias], true);
  }

  removeAlias(alias: RoomAlias, room: RoomId): void {
    this.parts.tables.aliases.clear(this.#transaction, [alias]);
    this.parts.tables.roomAliases.clear(this.#transaction, [room, alias]);
  }

  /** Marks a room that the user has left as forgotten; the standing itself stays where it is in the user's stream. */
  async forget(user: UserId, room: RoomId): Promise<void> {
    const standing = await this.parts.tables.memberships.get(this.#transaction, [user, room]);
    if (!standing) return;
    this.parts.tables.memberships.set(this.#transaction, [user, room], {
      at: standing.at as Position,
      value: { ...standing.value, forgotten: true },
    });
    this.#writing.changed.add(`u${user}`);
  }
}
