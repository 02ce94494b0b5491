// A reader that may also write to the transitory database, in one transaction.
import type { TypingRecord } from '#databases/transitory/keys';
import { type TransitoryParts, TransitoryReader } from '#databases/transitory/transitory-reader';
import type { RoomId, UserId } from '#protocol/matrix/identifiers';
import type { Position, Transaction } from '#store/contract';
import type { Writing } from '#store/database';

export class TransitoryWriter extends TransitoryReader {
  readonly #transaction: Transaction;
  readonly #changed: Set<string>;

  constructor({ transaction, changed }: Writing, parts: TransitoryParts) {
    super(transaction, parts);
    this.#transaction = transaction;
    this.#changed = changed;
  }

  /** Notes that a user types, or with undefined that they no longer do; the room's typing stream moves. */
  async setTyping(room: RoomId, user: UserId, typing: TypingRecord | undefined): Promise<void> {
    await this.parts.typing.put(this.#transaction, room, user, typing);
    this.#changed.add(`r${room}`);
  }

  /** Removes a room's typing entries up to `through`, and says so in the room's floor. */
  async trimTyping(room: RoomId, through: Position): Promise<void> {
    const { tables } = this.parts;
    const { rows } = await tables.typing.page(this.#transaction, [room], { through });
    for (const { key, value } of rows) {
      tables.typing.clear(this.#transaction, key);
      tables.typingSlots.clear(this.#transaction, [room, value.slot]);
    }
    const last = rows.at(-1)?.key[1];
    if (last) tables.typingFloors.set(this.#transaction, [room], last);
  }
}
