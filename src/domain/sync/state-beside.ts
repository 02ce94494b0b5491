// Resolution changes a room's state without an event that says so, and lets events into the timeline that do not become
// the state. A client that takes the state from `state` and then follows the timeline must end up with the room's state
// all the same. Client-Server API, "Syncing"; Server-Server API, "Soft failure": such changes are told as `state`.
import type { Position } from '#databases/positions';
import type { RoomsReader } from '#databases/rooms/rooms-reader';
import type { SeenEvent } from '#domain/rooms/reading/visible-events';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import { stateKeyText } from '#protocol/matrix/state-keys';

/** What the state holds under a key, or no longer holds. */
export interface HeldState {
  readonly type: string;
  readonly stateKey: string;
  /** Where the state took it up. */
  readonly at: Position;
  readonly event: EventId | undefined;
}

/** A timeline that forks are in, made fit to be followed. */
export interface SettledTimeline {
  /** What is left of it, oldest first. */
  readonly timeline: readonly SeenEvent[];
  /** Events up to here were left out, since whoever follows them comes to another state than the room's. */
  readonly cutAt: Position | undefined;
  /** Changes of the state since the timeline began that none of its events tells. */
  readonly beside: readonly HeldState[];
}

/** One range read of the state's changes behind `after`, and a row for each event that did not become the state. */
export async function settleTimeline(
  reader: RoomsReader,
  room: RoomId,
  timeline: readonly SeenEvent[],
  after: Position,
  through: Position,
): Promise<SettledTimeline> {
  const held = new Map<string, HeldState>();
  for (const { at, change } of await reader.stateChanges(room, after, through)) {
    const { type, stateKey, event } = change;
    held.set(stateKeyText(type, stateKey), { type, stateKey, at, event: event ?? undefined });
  }
  const told = new Map<string, SeenEvent>();
  for (const seen of timeline) {
    const { pdu } = seen.event;
    if (pdu.state_key !== undefined) told.set(stateKeyText(pdu.type, pdu.state_key), seen);
  }
  let cutAt: Position | undefined;
  for (const [name, { event }] of told) {
    const { type, state_key: stateKey = '' } = event.pdu;
    const now = held.has(name)
      ? held.get(name)?.event
      : (await reader.stateEntryAt(room, after, type, stateKey))?.event;
    if (now !== event.eventId && (cutAt === undefined || event.at > cutAt)) cutAt = event.at;
  }
  const left = cutAt === undefined ? timeline : timeline.filter(({ event }) => event.at > cutAt);
  const beside = [...held].flatMap(([name, state]) => {
    const teller = told.get(name);
    return teller && left.includes(teller) ? [] : [state];
  });
  return { timeline: left, cutAt, beside };
}
