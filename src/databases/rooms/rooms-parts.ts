// What the readers and the writer of the rooms database share: its bound tables, and what they keep at hand. Whatever
// is kept follows from committed rows that never change, so that it counts in every snapshot and transaction.
import { LRUCache } from 'lru-cache';
import { AuthMemory } from '#databases/rooms/auth-memory';
import type { NamedEvent } from '#databases/rooms/auth-referrers';
import { EventCache } from '#databases/rooms/event-cache';
import { type GraphFact, makeGraphCache } from '#databases/rooms/graph-facts';
import type { roomsDeclarations } from '#databases/rooms/keys';
import type { Flip } from '#databases/rooms/line-reader';
import type { OverlayLayer } from '#databases/rooms/overlays';
import type { ReceiptRecord, RoomRecord } from '#databases/rooms/records';
import type { Resolution } from '#databases/rooms/resolve-views';
import type { Comparison } from '#databases/rooms/state-differences';
import type { StateView } from '#databases/rooms/state-view';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import type { Tables } from '#store/keyspace';
import { SlotStream } from '#store/stream';
import {
  graphEventsCachedMax,
  overlayEntriesCachedMax,
  resolutionsCachedMax,
  stateViewsCachedMax,
} from '#support/limits';

export type RoomsTables = Tables<typeof roomsDeclarations>;

export interface RoomsParts {
  readonly tables: RoomsTables;
  readonly receipts: SlotStream<ReceiptRecord>;
  readonly cache: EventCache;
  readonly roomRecords: LRUCache<RoomId, RoomRecord>;
  /** Where a room went over to another line, by room and the line that it is on. */
  readonly flips: LRUCache<string, readonly Flip[]>;
  readonly authMemory: AuthMemory;
  /** Events of the auth graph; outliers are left out, since their standing may still change. */
  readonly graph: LRUCache<EventId, GraphFact>;
  /** Of events of the auth graph what never changes, be they outliers or not. */
  readonly named: LRUCache<EventId, NamedEvent>;
  /** Power levels and join rules that have all the witnesses that are noted. */
  readonly witnessed: LRUCache<EventId, true>;
  /** By room and name. */
  readonly overlays: LRUCache<string, OverlayLayer>;
  /** The states before events. */
  readonly statesBefore: LRUCache<EventId, StateView>;
  /** The states after events, by room and event. */
  readonly statesAfter: LRUCache<string, StateView>;
  /** States compared with what their line has become since, by room and name. */
  readonly comparisons: LRUCache<string, Comparison>;
  /** By room and the names of the states that were resolved. */
  readonly resolutions: LRUCache<string, Resolution>;
}

export function makeRoomsParts(tables: RoomsTables): RoomsParts {
  return {
    tables,
    receipts: new SlotStream(tables.receipts, tables.receiptSlots),
    cache: new EventCache(),
    roomRecords: new LRUCache({ max: 50_000 }),
    flips: new LRUCache({ max: 50_000 }),
    authMemory: new AuthMemory(),
    graph: makeGraphCache(),
    named: new LRUCache({ max: graphEventsCachedMax }),
    witnessed: new LRUCache({ max: graphEventsCachedMax }),
    overlays: new LRUCache({
      maxSize: overlayEntriesCachedMax,
      sizeCalculation: ({ entries }) => entries.size + 1,
    }),
    statesBefore: new LRUCache({ max: stateViewsCachedMax }),
    statesAfter: new LRUCache({ max: stateViewsCachedMax }),
    comparisons: new LRUCache({
      maxSize: overlayEntriesCachedMax,
      sizeCalculation: ({ entries }) => entries.size + 1,
    }),
    resolutions: new LRUCache({
      max: resolutionsCachedMax,
      maxSize: overlayEntriesCachedMax,
      sizeCalculation: ({ view }) => (view.changes?.size ?? 0) + 1,
    }),
  };
}
