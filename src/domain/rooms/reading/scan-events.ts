// Walks a room's stream in either direction and collects the events that a user may see and a filter wants.
import { type Position, positionBefore } from '#databases/positions';
import type { TimelineEvent } from '#databases/rooms/records';
import type { RoomsReader } from '#databases/rooms/rooms-reader';
import type { RoomView } from '#domain/rooms/reading/room-view';
import { type SeenEvent, visibleEvents } from '#domain/rooms/reading/visible-events';
import { matchesEventFilter, type RoomEventFilter } from '#protocol/matrix/filters';
import { eventsScannedMax } from '#support/limits';

export interface Scan {
  /** Only events behind this. */
  readonly after?: Position | undefined;
  /** Only events at or before this. */
  readonly through?: Position | undefined;
  /** From the newest backward. */
  readonly backward: boolean;
  /** At most so many events. */
  readonly limit: number;
  readonly filter?: RoomEventFilter | undefined;
  /**
   * Ends the walk at a state event that the user may not see. A timeline that went on beyond it would tell of a change
   * of the state neither in its events nor in the state at its start.
   */
  readonly untilHiddenState?: boolean;
}

export interface Scanned {
  /** In the order of the walk. */
  readonly events: readonly SeenEvent[];
  /** Events in the range that the user may see and the filter does not want, those of the walk only. */
  readonly unwanted: readonly SeenEvent[];
  /** Everything between the start of the walk and here has been looked at; undefined when that is the whole range. */
  readonly stoppedAt: Position | undefined;
  /** Among the events looked at, hidden ones too, are some on forks: the room's state may have changed beside them. */
  readonly hasForks: boolean;
}

/** Usually one range read: further ones where a filter or the room's history visibility leaves events out. */
export async function scanEvents(reader: RoomsReader, view: RoomView, scan: Scan): Promise<Scanned> {
  const { backward, limit, filter } = scan;
  const events: SeenEvent[] = [];
  const unwanted: SeenEvent[] = [];
  let { after, through } = scan;
  let scannedCount = 0;
  let hasForks = false;
  for (;;) {
    // One more than is wanted tells whether there is more.
    const pageLimit = limit - events.length + 1;
    const page = await readPage(reader, view.room, { after, through, backward, limit: pageLimit });
    hasForks ||= page.events.some(({ stateBefore }) => stateBefore !== undefined);
    const visible = await visibleEvents(reader, view, page.events);
    const hidden = scan.untilHiddenState ? firstHiddenState(page.events, visible) : undefined;
    for (const seen of visible) {
      if (hidden && isBehind(seen.event.at, hidden.at, backward)) break;
      if (!matches(filter, seen.event)) {
        unwanted.push(seen);
        continue;
      }
      if (events.length === limit)
        return { events, unwanted, stoppedAt: boundaryOf(seen.event, !backward), hasForks };
      events.push(seen);
    }
    if (hidden) return { events, unwanted, stoppedAt: boundaryOf(hidden, !backward), hasForks };
    const last = page.events.at(-1);
    if (!last || (!page.more && page.events.length < pageLimit))
      return { events, unwanted, stoppedAt: undefined, hasForks };
    const boundary = boundaryOf(last, backward);
    scannedCount += page.events.length;
    if (scannedCount >= eventsScannedMax) return { events, unwanted, stoppedAt: boundary, hasForks };
    if (backward) through = boundary;
    else after = boundary;
  }
}

/** The first of `events`, in their order, that changes the state and is not among the visible ones. */
function firstHiddenState(
  events: readonly TimelineEvent[],
  visible: readonly SeenEvent[],
): TimelineEvent | undefined {
  if (visible.length === events.length) return undefined;
  const seen = new Set(visible.map(({ event }) => event));
  return events.find((event) => event.pdu.state_key !== undefined && !seen.has(event));
}

/** True where a walk comes to `at` after it came to `place`. */
function isBehind(at: Position, place: Position, backward: boolean): boolean {
  return backward ? at < place : at > place;
}

/** The place just before an event, or just behind it: behind everything up to the answered position. */
function boundaryOf({ at }: TimelineEvent, isBefore: boolean): Position {
  return isBefore ? positionBefore(at) : at;
}

function readPage(
  reader: RoomsReader,
  room: RoomView['room'],
  { after, through, backward, limit }: Scan,
): Promise<{ events: TimelineEvent[]; more: boolean }> {
  return reader.timeline(room, {
    ...(after === undefined ? {} : { after }),
    ...(through === undefined ? {} : { through }),
    reverse: backward,
    limit,
  });
}

function matches(filter: RoomEventFilter | undefined, { pdu, room }: TimelineEvent): boolean {
  return filter === undefined || matchesEventFilter(filter, { ...pdu, room_id: room });
}
