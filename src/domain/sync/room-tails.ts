// The newest events and receipts of busy rooms, in memory: when something happens in a room, many syncs ask for the same
// few rows, and only the first of them reads. What a tail holds is what a range read would have found.
import { LRUCache } from 'lru-cache';
import type { Position } from '#databases/positions';
import type { ReceiptRecord, TimelineEvent } from '#databases/rooms/records';
import type { RoomsSource } from '#domain/sync/watches';
import type { RoomId } from '#protocol/matrix/identifiers';
import { tailEventsMax, tailsEventsMax } from '#support/limits';

export interface PlacedReceipt {
  readonly at: Position;
  /** Names type, user and thread: a later receipt in the slot replaces an earlier one. */
  readonly slot: string;
  readonly receipt: ReceiptRecord;
}

export interface RoomDelta {
  readonly events: readonly TimelineEvent[];
  readonly receipts: readonly PlacedReceipt[];
}

interface Tail {
  /** Everything behind `from` and up to `through` is held. */
  from: Position;
  through: Position;
  events: TimelineEvent[];
  receipts: PlacedReceipt[];
  /** The read that is under way; it never rejects. */
  extending?: Promise<void> | undefined;
}

export class RoomTails {
  readonly #rooms: RoomsSource;
  readonly #tails = new LRUCache<RoomId, Tail>({
    maxSize: tailsEventsMax,
    sizeCalculation: ({ events, receipts }) => 1 + events.length + receipts.length,
  });

  constructor(rooms: RoomsSource) {
    this.#rooms = rooms;
  }

  /** What happened in a room behind `after` and up to `through`; undefined where that reaches too far back. */
  async between(room: RoomId, after: Position, through: Position): Promise<RoomDelta | undefined> {
    const tail = this.#tails.get(room) ?? this.#begin(room, after);
    if (after < tail.from) return undefined;
    while (tail.through < through) await (tail.extending ?? this.#extend(room, tail, through));
    if (after < tail.from) return undefined;
    return {
      events: tail.events.filter(({ at }) => at > after && at <= through),
      receipts: lastOfSlots(tail.receipts.filter(({ at }) => at > after && at <= through)),
    };
  }

  #begin(room: RoomId, after: Position): Tail {
    const tail: Tail = { from: after, through: after, events: [], receipts: [] };
    this.#tails.set(room, tail);
    return tail;
  }

  async #extend(room: RoomId, tail: Tail, through: Position): Promise<void> {
    const reading = this.#read(room, tail, through);
    tail.extending = reading.catch(() => undefined);
    try {
      await reading;
    } finally {
      tail.extending = undefined;
    }
    // Its size has changed.
    if (this.#tails.peek(room) === tail) this.#tails.set(room, tail);
  }

  async #read(room: RoomId, tail: Tail, through: Position): Promise<void> {
    const bounds = { after: tail.through, through, limit: tailEventsMax };
    const [timeline, receipts] = await this.#rooms.read((reader) =>
      Promise.all([reader.timeline(room, bounds), reader.receipts(room, bounds)]),
    );
    tail.through = through;
    const isTooMuch = timeline.more || receipts.more;
    // A redaction rewrites an event that may be held here.
    const rewrites = timeline.events.some(({ pdu }) => pdu.type === 'm.room.redaction');
    if (isTooMuch || rewrites) Object.assign(tail, { from: through, events: [], receipts: [] });
    if (isTooMuch || rewrites) return;
    tail.events.push(...timeline.events);
    for (const { at, slot, value } of receipts.entries) {
      if (value) tail.receipts.push({ at, slot, receipt: value });
    }
    shorten(tail);
  }
}

/** Lets go of the older half when there are too many. */
function shorten(tail: Tail): void {
  const { events, receipts } = tail;
  if (events.length + receipts.length <= 2 * tailEventsMax) return;
  const positions = [...events, ...receipts].map(({ at }) => at).sort();
  const from = positions[positions.length - tailEventsMax] as Position;
  tail.from = from;
  tail.events = events.filter(({ at }) => at > from);
  tail.receipts = receipts.filter(({ at }) => at > from);
}

function lastOfSlots(receipts: readonly PlacedReceipt[]): PlacedReceipt[] {
  return [...new Map(receipts.map((placed) => [placed.slot, placed])).values()];
}
