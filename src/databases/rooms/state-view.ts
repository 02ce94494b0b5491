// What a state is described by, without being copied: the room's state at a position of a line, an overlay of
// differences that is stored, and differences on top that are not (yet). Views are immutable.
import type { OverlayName } from '#databases/rooms/records';
import type { Pdu } from '#protocol/matrix/event';
import type { EventId } from '#protocol/matrix/identifiers';
import { stateKeyText } from '#protocol/matrix/state-keys';
import type { Position } from '#store/contract';

/** What a state holds under a key; `event` undefined: nothing. */
export interface KeyedEvent {
  readonly type: string;
  readonly stateKey: string;
  readonly event: EventId | undefined;
}

/** Differences from a state, by `stateKeyText`. */
export type StateDifferences = ReadonlyMap<string, KeyedEvent>;

export interface StateView {
  /** Two views of one room with the same name are the same state. */
  readonly name: string;
  readonly line: number;
  /** The state has everything that the line's state took up at or before this. */
  readonly position: Position;
  readonly overlay?: OverlayName;
  /** What differs beyond the overlay; never empty. */
  readonly changes?: StateDifferences;
  /** The name that `changes` is stored under, as an overlay of its own; absent: the name of the event that needs it. */
  readonly changesName?: OverlayName;
}

/** The room's own state at a position of a line; `overlay` names stored differences. */
export function storedView(line: number, position: Position, overlay?: OverlayName): StateView {
  return overlay === undefined
    ? { name: `${line}@${position}`, line, position }
    : { name: `${line}@${position}/${overlay}`, line, position, overlay };
}

/** The state after an event that was not rejected: the one before it, and the event itself if it is state. */
export function viewAfter(
  before: StateView,
  eventId: EventId,
  { type, state_key: stateKey }: Pick<Pdu, 'type' | 'state_key'>,
): StateView {
  if (stateKey === undefined) return before;
  const { line, position, overlay } = before;
  const changes = new Map(before.changes).set(stateKeyText(type, stateKey), {
    type,
    stateKey,
    event: eventId,
  });
  const base = { line, position, ...(overlay === undefined ? {} : { overlay }), changes };
  // On what is stored the name is the one that the overlay will have, so that it stays the same once it has it.
  if (before.changes) return { ...base, name: `${before.name}+${eventId}` };
  const changesName = `>${eventId}`;
  return { ...base, name: storedView(line, position, changesName).name, changesName };
}
