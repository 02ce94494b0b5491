// What a client asks of a sync, read and bounded. Client-Server API, "GET /sync".
import type { SyncPositions } from '#domain/rooms/reading/position-tokens';
import type { Asker } from '#domain/rooms/reading/reading';
import { type Filter, filterLimit, matchesEventFilter, type RoomEventFilter } from '#protocol/matrix/filters';
import { isJsonObject } from '#protocol/matrix/json';
import { filteredEventsMax, timelineEventsDefault, timelineEventsMax } from '#support/limits';

export interface SyncRequest {
  readonly since?: string | undefined;
  readonly filter: Filter;
  readonly fullState: boolean;
  readonly useStateAfter: boolean;
  readonly timeoutMs: number;
}

/** One answer's frame: for whom, between which positions, and what of it is wanted. */
export interface SyncFrame {
  readonly asker: Asker;
  readonly request: SyncRequest;
  /** Undefined in an initial sync. */
  readonly since: SyncPositions | undefined;
  readonly through: SyncPositions;
  readonly nowMs: number;
}

export function roomFilterOf(
  { request }: SyncFrame,
  part: 'timeline' | 'state' | 'ephemeral' | 'account_data',
): RoomEventFilter | undefined {
  return request.filter.room?.[part];
}

export function timelineLimitOf(frame: SyncFrame): number {
  return filterLimit(roomFilterOf(frame, 'timeline'), {
    byDefault: timelineEventsDefault,
    max: timelineEventsMax,
  });
}

/** Those of `items` that a filter wants, and no more than it asks for. */
export function filtered<T extends { readonly type: string; readonly content: object }>(
  filter: RoomEventFilter | undefined,
  items: readonly T[],
  room?: string,
): T[] {
  if (filter === undefined) return [...items];
  const limit = filterLimit(filter, { byDefault: filteredEventsMax, max: filteredEventsMax });
  return items
    .filter((item) =>
      matchesEventFilter(filter, {
        ...item,
        content: isJsonObject(item.content) ? item.content : {},
        ...(room ? { room_id: room } : {}),
      }),
    )
    .slice(0, limit);
}
