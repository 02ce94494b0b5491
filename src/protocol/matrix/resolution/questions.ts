// What the resolution of state asks of whoever holds the events. The algorithms are generators that yield these
// questions, so that the same code runs on arrays and on the store, and reads no more than what is in conflict.

import type { Pdu } from '#protocol/matrix/event';
import type { EventId } from '#protocol/matrix/identifiers';
import type { StateKey } from '#protocol/matrix/state-keys';

/** An event of the auth graph. */
export interface GraphEvent {
  readonly eventId: EventId;
  readonly pdu: Pdu;
  /** True when the checks on receipt refused it. */
  readonly rejected: boolean;
  /** Greater than that of all events of its auth chain: one more than the greatest of its auth events, 0 without any. */
  readonly generation: number;
}

/** A key that the states to be resolved do not agree on, and the event that holds it in each of them, in their order. */
export interface ConflictedKey {
  readonly key: StateKey;
  readonly held: readonly (EventId | undefined)[];
}

/** What the resolved state holds under a key; undefined: nothing. */
export interface ResolvedKey {
  readonly key: StateKey;
  readonly event: EventId | undefined;
}

export type Question =
  /** The events themselves, in the order asked. */
  | { readonly ask: 'events'; readonly ids: readonly EventId[] }
  /** What holds each key in the unconflicted state map: the same event in every state, or nothing. */
  | { readonly ask: 'unconflicted'; readonly keys: readonly StateKey[] }
  /** For each event, whether it is in the auth chain of an event of the unconflicted state map. */
  | { readonly ask: 'covered'; readonly ids: readonly EventId[] };

export type Answer =
  | readonly (GraphEvent | undefined)[]
  | readonly (EventId | undefined)[]
  | readonly boolean[];

/** A computation that asks its way to a result of type `T`. */
export type Asking<T> = Generator<Question, T, Answer>;

export function* askEvents(ids: readonly EventId[]): Asking<readonly (GraphEvent | undefined)[]> {
  return (yield { ask: 'events', ids }) as readonly (GraphEvent | undefined)[];
}

export function* askUnconflicted(keys: readonly StateKey[]): Asking<readonly (EventId | undefined)[]> {
  return (yield { ask: 'unconflicted', keys }) as readonly (EventId | undefined)[];
}

export function* askCovered(ids: readonly EventId[]): Asking<readonly boolean[]> {
  return (yield { ask: 'covered', ids }) as readonly boolean[];
}

/** One who holds the events, and knows the unconflicted state of the resolution under way. */
export interface ResolutionSource {
  events(ids: readonly EventId[]): Promise<readonly (GraphEvent | undefined)[]>;
  unconflicted(keys: readonly StateKey[]): Promise<readonly (EventId | undefined)[]>;
  covered(ids: readonly EventId[]): Promise<readonly boolean[]>;
}

/** An event that the resolution needs is not held. What was resolved without it would be wrong, so nothing is. */
export class MissingEventsError extends Error {
  readonly ids: readonly EventId[];

  constructor(ids: readonly EventId[]) {
    super(`State cannot be resolved without ${ids.slice(0, 3).join(', ')}.`);
    this.name = 'MissingEventsError';
    this.ids = ids;
  }
}
