// The auth difference of states, found from what they disagree on: a walk down the auth graph that ends where the states'
// auth chains have become one. Room version 2, "State resolution", "Definitions".
import { authEventIds } from '#protocol/matrix/event';
import type { EventId } from '#protocol/matrix/identifiers';
import { Heap } from '#protocol/matrix/resolution/heap';
import type { KnownEvents } from '#protocol/matrix/resolution/known-events';
import { type Asking, askCovered, type ConflictedKey } from '#protocol/matrix/resolution/questions';

/** An event on the walk. Sets of states are bit masks: the state of index i is the bit i. */
interface Step {
  readonly id: EventId;
  readonly generation: number;
  /** The states whose full auth chain holds the event, as far as the walk has found out. */
  reached: bigint;
  /** Those, and the states that hold the event itself: in whose chains its auth events are. */
  passes: bigint;
}

/**
 * The events that are in the full auth chain of a state and not in that of every state, "∪ C_i − ∩ C_i", and maybe some
 * that are conflicted themselves. The conflicted events are to be known; those on the walk become known.
 *
 * Events are visited in descending order of generation, so that all that rest on an event have been visited before it.
 * What an unconflicted event rests on is in all chains, and so is all beneath it: there the walk turns back. It ends
 * when nothing is left but events that all states rest on, since all beneath them is shared too.
 */
export function* authDifference(
  known: KnownEvents,
  conflicted: readonly ConflictedKey[],
): Asking<Set<EventId>> {
  const everyState = (1n << BigInt(conflicted[0]?.held.length ?? 0)) - 1n;
  const difference = new Set<EventId>();
  const steps = new Map<EventId, Step>();
  const covered = new Set<EventId>();
  const queue = new Heap<Step>((a, b) => a.generation > b.generation);
  /** How many in the queue do not pass on all states. */
  let unshared = 0;

  const enqueue = (id: EventId, reached: bigint, passes: bigint) => {
    const step = { id, generation: known.get(id).generation, reached, passes };
    steps.set(id, step);
    queue.push(step);
    if (passes !== everyState) unshared++;
  };
  for (const [id, holders] of heldBy(conflicted)) enqueue(id, 0n, holders);

  while (unshared > 0) {
    // All of the greatest generation at once: none of them rests on another, and what they rest on is one question.
    const discovered = new Map<EventId, bigint>();
    const generation = queue.peek()?.generation;
    while (queue.peek()?.generation === generation) {
      const step = queue.pop();
      if (step === undefined) break;
      if (step.passes !== everyState) unshared--;
      if (step.reached !== everyState) difference.add(step.id);
      for (const id of authEventIds(known.get(step.id).pdu)) {
        if (covered.has(id)) continue;
        const below = steps.get(id);
        if (below === undefined) {
          discovered.set(id, (discovered.get(id) ?? 0n) | step.passes);
          continue;
        }
        const wasShared = below.passes === everyState;
        below.reached |= step.passes;
        below.passes |= step.passes;
        if (!wasShared && below.passes === everyState) unshared--;
      }
    }
    if (unshared === 0 && [...discovered.values()].every((passes) => passes === everyState)) break;
    const ids = [...discovered.keys()];
    if (ids.length === 0) continue;
    const answers = yield* askCovered(ids);
    ids.forEach((id, index) => {
      if (answers[index] === true) covered.add(id);
    });
    const uncovered = ids.filter((id) => !covered.has(id));
    yield* known.load(uncovered);
    for (const id of uncovered) enqueue(id, discovered.get(id)!, discovered.get(id)!);
  }
  return difference;
}

/** Each conflicted event with the states that hold it. */
function heldBy(conflicted: readonly ConflictedKey[]): Map<EventId, bigint> {
  const holders = new Map<EventId, bigint>();
  for (const { held } of conflicted) {
    held.forEach((id, index) => {
      if (id !== undefined) holders.set(id, (holders.get(id) ?? 0n) | (1n << BigInt(index)));
    });
  }
  return holders;
}
