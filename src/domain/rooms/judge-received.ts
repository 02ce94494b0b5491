// Judges an event from another server at its own place in the room's graph, whatever that is: what it names must be
// there, the state before it is resolved from its predecessors, and the room's state now has a say as well.
// Server-Server API, "Checks performed on receipt of a PDU", 4 to 6.
import type { EventMark } from '#databases/rooms/records';
import type { RoomsReader } from '#databases/rooms/rooms-reader';
import type { StateView } from '#databases/rooms/state-view';
import type { CheckedPdu } from '#domain/rooms/checked-pdu';
import { type AuthEvent, authEventKeys } from '#protocol/matrix/auth-events';
import { type AuthState, stateOf } from '#protocol/matrix/auth-rules';
import { authEventIds, type EventDraft, type Pdu, prevEventIds } from '#protocol/matrix/event';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import { type Judgement, judgeOnReceipt } from '#protocol/matrix/judge-pdu';
import type { RoomVersion } from '#protocol/matrix/room-versions';
import type { StateKey } from '#protocol/matrix/state-keys';

export interface Judged {
  readonly judgement: Judgement;
  /** As much of the state before the event as the rules read. */
  readonly authorising: AuthState;
}

export interface JudgedPdu extends Judged {
  /** The state before the event. */
  readonly before: StateView;
}

/** What an event names and this server does not have: it cannot be judged yet. */
export interface MissingEvents {
  readonly missing: readonly EventId[];
}

/** Judges an event by what is stored. */
export async function judgeReceived(
  reader: RoomsReader,
  room: RoomId,
  version: RoomVersion,
  { pdu, isSignedBy }: CheckedPdu,
): Promise<JudgedPdu | MissingEvents> {
  const inRoom = async (id: EventId) => {
    const event = await reader.anyEvent(id);
    return event?.room === room ? event : undefined;
  };
  const named = await namedEvents(reader, pdu);
  const missing = [...named.missing, ...(await missingPredecessors(pdu, inRoom))];
  if (missing.length > 0) return { missing: [...new Set(missing)] };
  const before = await reader.stateBeforeNext(room, prevEventIds(pdu));
  const current = await reader.currentState(room);
  const keys = authorisingKeys(pdu, version);
  const authorising = await readAuthState(reader, room, before, keys);
  const judgement = judgeOnReceipt(pdu, version, {
    authEvents: named.authEvents,
    create: authorising('m.room.create', ''),
    before: authorising,
    current: current.name === before.name ? undefined : await readAuthState(reader, room, current, keys),
    facts: { isSignedBy },
  });
  return { judgement, before, authorising };
}

/** The keys of the state that the rules may read for an event: also the create event where it is only implied. */
export function authorisingKeys(event: EventDraft, version: RoomVersion): StateKey[] {
  const keys = authEventKeys(event, version);
  return version.createInAuthEvents ? keys : [['m.room.create', ''], ...keys];
}

/** The events that `pdu` names as its auth events, in whichever standing and room, and those of them that are not there. */
export async function namedEvents(
  reader: RoomsReader,
  pdu: Pdu,
): Promise<{ authEvents: AuthEvent[]; missing: EventId[] }> {
  const ids = authEventIds(pdu);
  const found = await reader.graphEvents(ids);
  return {
    authEvents: found.flatMap((fact) => (fact ? [{ event: fact.pdu, rejected: fact.rejected }] : [])),
    missing: ids.filter((_, index) => found[index] === undefined),
  };
}

/** Those of the prev_events that the room, by `find`, does not have, or of which it does not know the state. */
export async function missingPredecessors(
  pdu: Pdu,
  find: (id: EventId) => Promise<Pick<EventMark, 'standing'> | undefined>,
): Promise<EventId[]> {
  const ids = prevEventIds(pdu);
  const found = await Promise.all(ids.map(find));
  return ids.filter((_, index) => !found[index] || found[index].standing === 'outlier');
}

/** Some keys of a state, as the rules read them. */
export async function readAuthState(
  reader: RoomsReader,
  room: RoomId,
  view: StateView,
  keys: readonly StateKey[],
): Promise<AuthState> {
  const held = await Promise.all(keys.map(([type, stateKey]) => reader.entryIn(room, view, type, stateKey)));
  const events = await reader.graphEvents(held.filter((id) => id !== undefined));
  return stateOf(events.flatMap((fact) => (fact ? [fact.pdu] : [])));
}
