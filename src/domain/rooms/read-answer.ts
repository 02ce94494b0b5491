// The answer of a server that let us into a room, read: every event checked for form, signatures and hash, and judged;
// what comes of it is the state before our join. Server-Server API, "PUT /_matrix/federation/v2/send_join": the state "of
// the room immediately before" the join, and its auth chain.
import { createHash } from 'node:crypto';
import { setImmediate as untilOthersHadTheirTurn } from 'node:timers/promises';
import type { RoomsDatabase } from '#databases/rooms/rooms-database';
import type { StagedEntry, StagedState } from '#databases/rooms/stage-line';
import { type CheckedPdu, checkPdu, claimedPlace, type KeyFinder } from '#domain/rooms/checked-pdu';
import { type JudgedOutlier, judgeAnswer, type KnownEvents } from '#domain/rooms/judge-answer';
import type { Rooms } from '#domain/rooms/rooms';
import type { AuthEvent } from '#protocol/matrix/auth-events';
import { stateOf } from '#protocol/matrix/auth-rules';
import { authEventIds, isState, membershipOf, type Pdu } from '#protocol/matrix/event';
import { readPdu } from '#protocol/matrix/event-format';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import type { JsonValue } from '#protocol/matrix/json';
import { judgeOnReceipt } from '#protocol/matrix/judge-pdu';
import type { RoomVersion } from '#protocol/matrix/room-versions';
import { ProtocolError } from '#support/errors';
import { enterChecksAtOnce, enterReadsAtOnce } from '#support/limits';

/** What the other server told, as `parseJson` reads it. */
export interface RoomAnswer {
  /** The event by which we join, signed by all who must. */
  readonly join: JsonValue;
  readonly state: readonly JsonValue[];
  readonly authChain: readonly JsonValue[];
  readonly findKeys: KeyFinder;
}

/** An answer that is worth storing: the join is allowed by what it tells. */
export interface ReadAnswer {
  readonly join: CheckedPdu;
  readonly create: Pdu;
  /** To be stored, in this order; some may be stored already. */
  readonly outliers: readonly JudgedOutlier[];
  /** The state before the join. */
  readonly entries: readonly StagedEntry[];
  readonly staged: StagedState;
}

/** Where an answer is read for. */
export interface EnteredPlace {
  readonly room: RoomId;
  readonly version: RoomVersion;
}

/**
 * Reads an answer; nothing is written. `onChecked` is told how many of its events have been looked at.
 * Throws `forbidden` where the state is no state of this room or does not allow the join, `badJson` for a join that is
 * none, and for a state that says two things of one key.
 */
export async function readAnswer(
  { database }: Rooms,
  place: EnteredPlace,
  answer: RoomAnswer,
  onChecked: (done: number, total: number) => void,
): Promise<ReadAnswer> {
  const { room, version } = place;
  const join = await checkOne(answer.join, place, answer.findKeys);
  const { events, inState } = await checkAll(place, answer, onChecked);
  events.delete(join.eventId);

  const named = [...events.values(), join].flatMap(({ pdu }) => authEventIds(pdu));
  const { stored, elsewhere } = await storedEvents(database, room, [
    ...new Set([...events.keys(), ...named]),
  ]);
  for (const id of elsewhere) events.delete(id);
  const create = createOf(inState, events);
  if (claimedPlace(create.pdu as unknown as JsonValue).begins?.id !== version.id) {
    throw new ProtocolError('forbidden', 'The room is of another version.');
  }
  const { judged, known } = judgeAnswer(version, { events, create, stored });
  if (known.get(create.eventId)?.rejected !== false) {
    throw new ProtocolError('forbidden', 'The create event of the room is not allowed.');
  }
  const before = stateIn(inState, known);
  judgeJoin(version, join, known, [...before.values()]);
  const entries = [...before]
    .sort(([a], [b]) => (a.stateKey < b.stateKey ? -1 : 1))
    .sort(([a], [b]) => (a.type === b.type ? 0 : a.type < b.type ? -1 : 1))
    .map(([entry]) => entry);
  const digest = createHash('sha256').update(JSON.stringify(entries)).digest('base64url');
  return {
    join,
    create: create.pdu,
    outliers: judged,
    entries,
    staged: { event: join.eventId, digest, size: entries.length },
  };
}

/** The events of an answer whose form and signatures are right; those of its state in order, each once. */
async function checkAll(
  place: EnteredPlace,
  { authChain, state, findKeys }: RoomAnswer,
  onChecked: (done: number, total: number) => void,
): Promise<{ readonly events: Map<EventId, CheckedPdu>; readonly inState: ReadonlySet<EventId> }> {
  const total = authChain.length + state.length;
  const events = new Map<EventId, CheckedPdu>();
  const inState = new Set<EventId>();
  let done = 0;
  for (const [list, isOfState] of [
    [authChain, false],
    [state, true],
  ] as const) {
    for (const value of list) {
      // Checking takes long: what else there is to do comes in between.
      if (done % enterChecksAtOnce === 0) {
        onChecked(done, total);
        await untilOthersHadTheirTurn();
      }
      done++;
      const checked = await checkOne(value, place, findKeys).catch(droppedOnly);
      if (!checked) continue;
      events.set(checked.eventId, checked);
      if (isOfState) inState.add(checked.eventId);
    }
  }
  onChecked(done, total);
  return { events, inState };
}

/** Checks 1 to 3 of an event. Throws for what is dropped. */
async function checkOne(
  value: JsonValue,
  { room, version }: EnteredPlace,
  findKeys: KeyFinder,
): Promise<CheckedPdu> {
  if (claimedPlace(value).room !== room)
    throw new ProtocolError('forbidden', 'The event is of another room.');
  return checkPdu(readPdu(value, version), version, findKeys);
}

/** One event that is dropped does not spoil the rest. */
function droppedOnly(error: unknown): undefined {
  if (!(error instanceof ProtocolError)) throw error;
}

/** What this server made of events that it has already; and those that are another room's. */
async function storedEvents(
  database: RoomsDatabase,
  room: RoomId,
  ids: readonly EventId[],
): Promise<{ readonly stored: KnownEvents; readonly elsewhere: readonly EventId[] }> {
  const stored = new Map<EventId, AuthEvent>();
  const elsewhere: EventId[] = [];
  for (let start = 0; start < ids.length; start += enterReadsAtOnce) {
    await database.read(async (reader) => {
      const some = ids.slice(start, start + enterReadsAtOnce);
      const places = await Promise.all(some.map((id) => reader.placeOf(id)));
      const here = some.filter((_, index) => places[index]?.room === room);
      elsewhere.push(...some.filter((_, index) => places[index] && places[index].room !== room));
      for (const fact of await reader.graphEvents(here)) {
        if (fact) stored.set(fact.eventId, { event: fact.pdu, rejected: fact.rejected });
      }
    });
  }
  return { stored, elsewhere };
}

function createOf(inState: ReadonlySet<EventId>, events: ReadonlyMap<EventId, CheckedPdu>): CheckedPdu {
  for (const id of inState) {
    const checked = events.get(id);
    if (checked?.pdu.type === 'm.room.create' && checked.pdu.state_key === '') return checked;
  }
  throw new ProtocolError('forbidden', 'The state has no create event.');
}

/** The state that is told, as far as it is allowed: what is rejected is in no state. */
function stateIn(inState: ReadonlySet<EventId>, known: KnownEvents): Map<StagedEntry, Pdu> {
  const state = new Map<StagedEntry, Pdu>();
  const keys = new Set<string>();
  for (const eventId of inState) {
    const found = known.get(eventId);
    if (!found || found.rejected || !isState(found.event)) continue;
    const { type, state_key: stateKey } = found.event;
    const key = JSON.stringify([type, stateKey]);
    if (keys.has(key)) throw new ProtocolError('badJson', `The state says two things of ${key}.`);
    keys.add(key);
    const membership = type === 'm.room.member' ? { membership: membershipOf(found.event) ?? 'leave' } : {};
    state.set({ type, stateKey, event: eventId, ...membership }, found.event);
  }
  return state;
}

/** "Checks performed on receipt of a PDU", 4 and 5. */
function judgeJoin(
  version: RoomVersion,
  { pdu, isSignedBy }: CheckedPdu,
  known: KnownEvents,
  state: readonly Pdu[],
): void {
  const named = authEventIds(pdu).map((id) => known.get(id));
  const authEvents = named.filter((event) => event !== undefined);
  if (authEvents.length < named.length) {
    throw new ProtocolError('forbidden', 'The join rests on events that were not told.');
  }
  const before = stateOf(state);
  const judgement = judgeOnReceipt(pdu, version, {
    authEvents,
    create: before('m.room.create', ''),
    before,
    current: undefined,
    facts: { isSignedBy },
  });
  if (judgement.outcome !== 'accepted') throw new ProtocolError('forbidden', judgement.reason);
}
