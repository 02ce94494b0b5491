// The rows of a draft's events: their places in the stream or among the asides, in the index of events and in the auth
// graph. The events themselves are written last, since they may still be being signed, and may be redacted.
import { AuthReferrers, generationOver, type NamedEvent } from '#databases/rooms/auth-referrers';
import type { Appended, DraftEvent, SignedEvent } from '#databases/rooms/draft-events';
import { placeText } from '#databases/rooms/event-reader';
import { type EventMark, isRejected, type RoomRecord } from '#databases/rooms/records';
import type { RoomsParts } from '#databases/rooms/rooms-parts';
import type { RoomsReader } from '#databases/rooms/rooms-reader';
import { lostToRedaction } from '#protocol/matrix/authorising-content';
import { authEventIds, type Pdu } from '#protocol/matrix/event';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import { roomVersion } from '#protocol/matrix/room-versions';
import type { Position, Transaction } from '#store/contract';
import { PendingPosition } from '#store/versionstamp';

/** A row of the room's stream, or of its asides, that waits for its event to be signed. */
interface StreamRow {
  readonly at: PendingPosition;
  readonly mark: EventMark;
  readonly signed: Promise<SignedEvent>;
}

/** An event that is to be emptied. */
interface Redaction {
  readonly target: DraftEvent;
  readonly by: EventId;
  /** The stored form of what is left. */
  bytesOf(pdu: Pdu): Buffer;
}

export class EventRows {
  readonly #reader: RoomsReader;
  readonly #transaction: Transaction;
  readonly #parts: RoomsParts;
  readonly #room: RoomId;
  readonly #version: string;
  readonly #referrers: AuthReferrers;
  readonly #stream: StreamRow[] = [];
  readonly #redactions: Redaction[] = [];
  readonly #appended = new Map<EventId, DraftEvent>();

  constructor(
    reader: RoomsReader,
    transaction: Transaction,
    parts: RoomsParts,
    { room, record }: { readonly room: RoomId; readonly record: RoomRecord },
  ) {
    this.#version = record.version;
    this.#reader = reader;
    this.#transaction = transaction;
    this.#parts = parts;
    this.#room = room;
    this.#referrers = new AuthReferrers(parts, transaction, room);
  }

  /** An event that was placed in this transaction. */
  get(eventId: EventId): DraftEvent | undefined {
    return this.#appended.get(eventId);
  }

  /** Gives an event its place in the stream (aside, where it has a standing) and in the auth graph. */
  async place(
    appended: Appended,
    further: Partial<EventMark> & Pick<EventMark, 'line'>,
  ): Promise<DraftEvent> {
    const { eventId, pdu, signed, sentBy, hasExactNumbers, keptFrom } = appended;
    const transaction = this.#transaction;
    const named = pdu.state_key === undefined ? undefined : await this.#namedBy(pdu);
    const at = new PendingPosition(transaction.nextOrder());
    const mark: EventMark = {
      eventId,
      ...further,
      ...(sentBy ? { sentBy } : {}),
      ...(named ? { generation: generationOver(named) } : {}),
      ...(hasExactNumbers ? { hasExactNumbers } : {}),
      ...(keptFrom ? { keptFrom } : {}),
    };
    this.#stream.push({ at, mark, signed });
    const value = placeText(this.#room, mark.standing !== undefined);
    this.#parts.tables.events.set(transaction, [eventId], { at, value });
    const event: DraftEvent = { eventId, pdu, at, mark };
    this.#appended.set(eventId, event);
    // No auth chain of an event that counts leads through a rejected one.
    if (named && !isRejected(mark)) await this.#referrers.note(eventId, pdu, named);
    return event;
  }

  /** The auth events of an event, as far as they are there: from memory where they authorised something before. */
  async #namedBy(pdu: Pdu): Promise<NamedEvent[]> {
    const ids = [...new Set(authEventIds(pdu))];
    const { named: remembered } = this.#parts;
    const named: NamedEvent[] = [];
    const asked: EventId[] = [];
    for (const id of ids) {
      if (this.#appended.has(id)) continue;
      const known = remembered.get(id);
      if (known) named.push(known);
      else asked.push(id);
    }
    for (const event of await this.#reader.graphEvents(asked)) {
      if (!event) continue;
      const { eventId, pdu: each, generation } = event;
      const fact = { eventId, type: each.type, generation };
      remembered.set(eventId, fact);
      named.push(fact);
    }
    for (const id of ids) {
      const event = this.#appended.get(id);
      if (event) named.push({ eventId: id, type: event.pdu.type, generation: event.mark.generation ?? 0 });
    }
    return named;
  }

  /** Has the stored form of an event replaced in the end. */
  redact(target: DraftEvent, by: EventId, bytesOf: (pdu: Pdu) => Buffer): void {
    this.#redactions.push({ target, by, bytesOf });
  }

  /** Writes the events, which have been signed side by side in the meantime, and what was redacted. */
  async write(): Promise<void> {
    const signed = new Map<EventId, Pdu>();
    for (const row of this.#stream) {
      const { pdu, bytes } = await row.signed;
      signed.set(row.mark.eventId, pdu);
      this.#writeEvent(row.at, row.mark, bytes);
    }
    for (const { target, by, bytesOf } of this.#redactions) {
      const whole = signed.get(target.eventId) ?? target.pdu;
      this.#writeEvent(target.at, { ...target.mark, redactedBy: by }, bytesOf(whole));
      const lost = lostToRedaction(whole, roomVersion(this.#version));
      if (!lost) continue;
      this.#parts.tables.redactedContents.set(this.#transaction, [this.#room, target.eventId], lost);
    }
  }

  #writeEvent(at: Position | PendingPosition, mark: EventMark, json: Buffer): void {
    const { timeline, asides } = this.#parts.tables;
    const table = mark.standing === undefined ? timeline : asides;
    table.set(this.#transaction, [this.#room, at], { ...mark, json });
  }
}
