// Events as they are asked for by room, id and position, at one snapshot.

import type { RoomHead, RoomRecord, StoredEvent, TimelineEvent } from '#databases/rooms/records';
import type { RoomsParts, RoomsTables } from '#databases/rooms/rooms-parts';
import type { Pdu } from '#protocol/matrix/event';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import type { At } from '#store/codecs';
import type { Position, Snapshot } from '#store/contract';
import type { Bounds } from '#store/keyspace';

/** Where an event lies; the index of events says it as one text. */
export interface EventPlace {
  readonly room: RoomId;
  readonly at: Position;
  readonly isAside: boolean;
}

const asideMark = '-';

/** What the index of events holds for an event of the room's stream, or of its asides. */
export function placeText(room: RoomId, isAside: boolean): string {
  return isAside ? asideMark + room : room;
}

export const knownAt = <V>(found: At<V>): Position => found.at as Position;

export class EventReader {
  protected readonly snapshot: Snapshot;
  protected readonly parts: RoomsParts;
  // The line of each room that this reader has met; a snapshot knows one.
  readonly #lines = new Map<RoomId, number>();

  constructor(snapshot: Snapshot, parts: RoomsParts) {
    this.snapshot = snapshot;
    this.parts = parts;
  }

  get tables(): RoomsTables {
    return this.parts.tables;
  }

  /** The position of this reader: it sees everything at or before it. */
  async position(): Promise<Position> {
    return this.snapshot.position();
  }

  /** What a room is never changes, so it is read once. */
  async room(room: RoomId): Promise<RoomRecord | undefined> {
    const known = this.parts.roomRecords.get(room);
    if (known) return known;
    const record = await this.tables.rooms.get(this.snapshot, [room]);
    if (record) this.parts.roomRecords.set(room, record);
    return record;
  }

  async head(room: RoomId): Promise<RoomHead | undefined> {
    const head = await this.tables.heads.get(this.snapshot, [room]);
    if (head) this.#lines.set(room, head.line);
    return head;
  }

  /** The line that the room's state runs on. */
  async line(room: RoomId): Promise<number> {
    const known = this.#lines.get(room);
    if (known !== undefined) return known;
    const line = (await this.head(room))?.line ?? 0;
    this.#lines.set(room, line);
    return line;
  }

  #readEvent(room: RoomId, at: Position, stored: StoredEvent): TimelineEvent {
    const { json: _, ...mark } = stored;
    return { ...mark, at, room, pdu: this.parts.cache.pdu(at + room, stored) };
  }

  /** An event as the authorisation rules see it, also once it has been redacted: one more point read then. */
  async authorisingPdu({ eventId, room, pdu, redactedBy }: TimelineEvent): Promise<Pdu> {
    if (redactedBy === undefined || pdu.state_key === undefined) return pdu;
    const lost = await this.tables.redactedContents.get(this.snapshot, [room, eventId]);
    return lost ? { ...pdu, content: { ...pdu.content, ...lost } } : pdu;
  }

  /** Where an event lies in its room's stream; undefined for one that lies aside. */
  async whereIs(event: EventId): Promise<{ room: RoomId; at: Position } | undefined> {
    const place = await this.placeOf(event);
    return place && !place.isAside ? { room: place.room, at: place.at } : undefined;
  }

  /** Where an event lies, in its room's stream or aside. */
  async placeOf(event: EventId): Promise<EventPlace | undefined> {
    const found = await this.tables.events.get(this.snapshot, [event]);
    if (!found) return undefined;
    const isAside = found.value.startsWith(asideMark);
    return { room: (isAside ? found.value.slice(1) : found.value) as RoomId, at: knownAt(found), isAside };
  }

  async eventAt(room: RoomId, at: Position): Promise<TimelineEvent | undefined> {
    const stored = await this.tables.timeline.get(this.snapshot, [room, at]);
    return stored && this.#readEvent(room, at, stored);
  }

  /** An event of a room's stream by its id: two point reads. */
  async event(event: EventId): Promise<TimelineEvent | undefined> {
    const where = await this.whereIs(event);
    return where && this.eventAt(where.room, where.at);
  }

  /** An event by its id, be it in the room's stream or aside (`standing` tells): two point reads. Not for clients. */
  async anyEvent(event: EventId): Promise<TimelineEvent | undefined> {
    const place = await this.placeOf(event);
    if (!place) return undefined;
    const { room, at, isAside } = place;
    if (!isAside) return this.eventAt(room, at);
    const stored = await this.tables.asides.get(this.snapshot, [room, at]);
    return stored && this.#readEvent(room, at, stored);
  }

  /** Events of a room's stream, oldest first (newest first in reverse): one range read. */
  async timeline(room: RoomId, bounds: Bounds): Promise<{ events: TimelineEvent[]; more: boolean }> {
    const { rows, more } = await this.tables.timeline.page(this.snapshot, [room], bounds);
    return { events: rows.map(({ key: [, at], value }) => this.#readEvent(room, at, value)), more };
  }

  /** Redactions that were accepted before the event that they name was there. */
  async pendingRedactions(room: RoomId, target: EventId): Promise<EventId[]> {
    const rows = await this.tables.pendingRedactions.list(this.snapshot, [room, target]);
    return rows.map(({ key: [, , redaction] }) => redaction);
  }
}
