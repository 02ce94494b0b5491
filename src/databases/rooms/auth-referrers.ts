// Notes which state events name which others among their auth events (`authReferrers`), and an event's generation. Both
// answer whether one event lies in the auth chain of another without walking history.
import { isWitnessed } from '#databases/rooms/auth-reach';
import type { RoomsParts } from '#databases/rooms/rooms-parts';
import type { Pdu } from '#protocol/matrix/event';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import { canAuthorise } from '#protocol/matrix/resolution/known-events';
import type { Transaction } from '#store/contract';
import { authWitnessesMax } from '#support/limits';

/** An event that is named: what is needed of it. */
export interface NamedEvent {
  readonly eventId: EventId;
  readonly type: string;
  readonly generation: number;
}

/** One more than the greatest of the auth events', 0 without any. */
export function generationOver(named: readonly Pick<NamedEvent, 'generation'>[]): number {
  return named.reduce((greatest, { generation }) => Math.max(greatest, generation + 1), 0);
}

/** How a referrer is noted: by its id where others may rest on it. */
export function referrerOf(eventId: EventId, pdu: Pdu): EventId | '' {
  return canAuthorise({ pdu }) ? eventId : '';
}

export class AuthReferrers {
  readonly #parts: RoomsParts;
  readonly #transaction: Transaction;
  readonly #room: RoomId;
  // Rows that this transaction adds; they prove nothing before it commits.
  readonly #added = new Map<EventId, number>();

  constructor(parts: RoomsParts, transaction: Transaction, room: RoomId) {
    this.#parts = parts;
    this.#transaction = transaction;
    this.#room = room;
  }

  /**
   * Notes a state event under those that it names, once each; one that no other may name shares a row with all of its
   * key. Nothing is noted of the create event, which all others follow, and of power levels and join rules the first few
   * referrers only.
   */
  async note(eventId: EventId, pdu: Pdu, named: readonly NamedEvent[]): Promise<void> {
    const { type, state_key: stateKey } = pdu;
    if (stateKey === undefined) return;
    const referrer = referrerOf(eventId, pdu);
    for (const each of named) {
      if (each.type === 'm.room.create') continue;
      if (isWitnessed(each.type) && !(await this.#needsWitness(each.eventId))) continue;
      this.#added.set(each.eventId, (this.#added.get(each.eventId) ?? 0) + 1);
      const key = [this.#room, each.eventId, type, stateKey, referrer] as const;
      this.#parts.tables.authReferrers.set(this.#transaction, [...key], true);
    }
  }

  async #needsWitness(named: EventId): Promise<boolean> {
    const { tables, witnessed } = this.#parts;
    if (witnessed.has(named)) return false;
    const bounds = { limit: authWitnessesMax };
    const { rows } = await tables.authReferrers.page(this.#transaction, [this.#room, named], bounds);
    if (rows.length < authWitnessesMax) return true;
    if (rows.length - (this.#added.get(named) ?? 0) >= authWitnessesMax) witnessed.set(named, true);
    return false;
  }
}
