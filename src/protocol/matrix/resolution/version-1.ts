// State resolution of room version 1. Room version 1, "State resolution".
import { hash } from 'node:crypto';
import { authEventKeys } from '#protocol/matrix/auth-events';
import { type AuthState, authorise } from '#protocol/matrix/auth-rules';
import type { EventId } from '#protocol/matrix/identifiers';
import { compareIntegers } from '#protocol/matrix/integers';
import { KnownEvents } from '#protocol/matrix/resolution/known-events';
import {
  type Asking,
  askUnconflicted,
  type ConflictedKey,
  type ResolvedKey,
} from '#protocol/matrix/resolution/questions';
import type { RoomVersion } from '#protocol/matrix/room-versions';
import { type StateKey, stateKeyText } from '#protocol/matrix/state-keys';

/** "For all other conflicts" a later event replaces an earlier one; for these, what an earlier one allows. */
const kindsInOrder = ['m.room.power_levels', 'm.room.join_rules', 'm.room.member'];

interface Conflict {
  readonly text: string;
  readonly type: string;
  /** By ascending depth, then descending sha1(event_id). */
  readonly events: readonly EventId[];
}

export function* resolveVersion1(
  version: RoomVersion,
  conflicted: readonly ConflictedKey[],
): Asking<ResolvedKey[]> {
  const known = new KnownEvents(version);
  const keys = conflicted.map(({ key, held }) => ({
    key,
    text: stateKeyText(...key),
    events: new Set(held.filter((id) => id !== undefined)),
  }));
  yield* known.load(keys.flatMap(({ events }) => [...events]));

  // "Start by setting R to the union of the states to be resolved, excluding any conflicting events." The events of a
  // key conflict where they differ; a key that some states lack has none of that.
  const result = new Map<string, EventId>();
  const conflicts: Conflict[] = [];
  for (const { key, text, events } of keys) {
    const [first, ...others] = events;
    if (first === undefined) continue;
    if (others.length === 0) result.set(text, first);
    else conflicts.push({ text, type: key[0], events: inOrder(known, events) });
  }
  const allowed = yield* judgeIn(known, conflicts, new Set(keys.map(({ text }) => text)));

  // First conflicts between m.room.power_levels events, then between m.room.join_rules, then between m.room.member.
  for (const kind of kindsInOrder) {
    // What comes of conflicts of one kind counts for the next: among themselves they have no order.
    const before = new Map(result);
    for (const { text, type, events } of conflicts) {
      if (type === kind) result.set(text, lastAllowedInTurn(text, events, before));
    }
  }
  // "For all other conflicts, just pick the event with the highest depth and lowest sha1(event_id) that passes
  // authentication in R and add it to R."
  for (const { text, type, events } of conflicts) {
    if (kindsInOrder.includes(type)) continue;
    const picked = events.findLast((id) => allowed(id, (key) => result.get(key)));
    if (picked !== undefined) result.set(text, picked);
  }
  return keys.map(({ key, text }) => ({ key, event: result.get(text) }));

  /** "Add the first event to R. For each subsequent event, if it would be allowed, update R with it. If not, stop." */
  function lastAllowedInTurn(
    text: string,
    events: readonly EventId[],
    before: ReadonlyMap<string, EventId>,
  ): EventId {
    let last = events[0]!;
    for (const id of events.slice(1)) {
      if (!allowed(id, (key) => (key === text ? last : before.get(key)))) break;
      last = id;
    }
    return last;
  }
}

function inOrder(known: KnownEvents, events: ReadonlySet<EventId>): EventId[] {
  const sha1 = new Map([...events].map((id) => [id, hash('sha1', id)]));
  return [...events].sort((a, b) => {
    const depths = compareIntegers(known.get(a).pdu.depth, known.get(b).pdu.depth);
    if (depths !== 0) return depths;
    return sha1.get(a)! > sha1.get(b)! ? -1 : 1;
  });
}

/** Asks for all that the rules may look at, and answers whether an event is allowed in R, over what all states agree on. */
function* judgeIn(
  known: KnownEvents,
  conflicts: readonly Conflict[],
  disputed: ReadonlySet<string>,
): Asking<(id: EventId, result: (text: string) => EventId | undefined) => boolean> {
  const wanted = new Map<string, StateKey>();
  for (const id of conflicts.flatMap(({ events }) => events)) {
    for (const key of authEventKeys(known.get(id).pdu, known.version)) {
      const text = stateKeyText(...key);
      if (!disputed.has(text)) wanted.set(text, key);
    }
  }
  const agreed = new Map<string, EventId>();
  if (wanted.size > 0) {
    const held = yield* askUnconflicted([...wanted.values()]);
    [...wanted.keys()].forEach((text, index) => {
      const id = held[index];
      if (id !== undefined) agreed.set(text, id);
    });
    yield* known.load(agreed.values());
  }
  return (id, result) => {
    const state: AuthState = (type, stateKey) => {
      const text = stateKeyText(type, stateKey);
      const held = result(text) ?? agreed.get(text);
      return held && known.get(held).pdu;
    };
    return authorise(known.get(id).pdu, known.version, state).allowed;
  };
}
