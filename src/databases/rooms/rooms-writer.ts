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
import {
  beginLine,
  dropLine,
  type StagedEntry,
  type StagedLine,
  type StagedState,
  stageEntries,
} from '#databases/rooms/stage-line';
import type { EventId, RoomAlias, RoomId, UserId } from '#protocol/matrix/identifiers';
import type { Position, Transaction } from '#store/contract';
import type { Writing } from '#store/database';

/** Where a room stands before its first event. */
const unknownHead: RoomHead = { extremities: [], depth: 0, line: 0 };

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
    return this.#openDraft({ room, record, isAlone: true }, unknownHead);
  }

  #openDraft(what: DraftedRoom, head: RoomHead): RoomDraft {
    return new RoomDraft(this, this.#writing, what, head, this.parts, this.#isLocal);
  }

  /**
   * The working copy of a room whose state comes from elsewhere: of one that is not known yet too, once it is announced.
   */
  async draftToEnter(room: RoomId): Promise<RoomDraft | undefined> {
    const [record, head] = await Promise.all([this.room(room), this.head(room)]);
    return record && this.#openDraft({ room, record, isAlone: true }, head ?? unknownHead);
  }

  /** Says what a room is, of which events come before its history begins here. */
  announceRoom(room: RoomId, record: RoomRecord): void {
    this.parts.tables.rooms.set(this.#transaction, [room], record);
  }

  /** Stores an event that is known only because others name it. @throws Error where there is no such room */
  storeOutlier(room: RoomId, outlier: Outlier): Promise<void> {
    return this.storeOutliers(room, [outlier]);
  }

  /** Several of them, those before that the others name. */
  async storeOutliers(room: RoomId, outliers: readonly Outlier[]): Promise<void> {
    const draft = await this.draftToEnter(room);
    if (!draft) throw new Error(`there is no room ${room}`);
    for (const outlier of outliers) await draft.storeOutlier(outlier);
    await draft.finish();
  }

  /** A line to stage a state on: the one that is being staged for it already, or a new one. */
  beginLine(room: RoomId, state: StagedState): Promise<StagedLine> {
    return beginLine(this.#staging, room, state);
  }

  /**
   * Stages the entries of a state that follow its first `from`; answers how many are staged then.
   * @throws ProtocolError unavailable where the line is no longer wanted, or somebody else stages it
   */
  stageLine(room: RoomId, line: number, from: number, entries: readonly StagedEntry[]): Promise<number> {
    return stageEntries(this.#staging, room, line, from, entries);
  }

  /** Takes a staged line away that will not be used. */
  dropLine(room: RoomId, line: number): Promise<void> {
    return dropLine(this.#staging, room, line);
  }

  get #staging() {
    return { reader: this, transaction: this.#transaction, parts: this.parts, isLocal: this.#isLocal };
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
