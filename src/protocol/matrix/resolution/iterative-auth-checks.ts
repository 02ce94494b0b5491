// The iterative auth checks: a state is built up from events in a given order, each of which must be allowed in what has
// been built up so far. Room versions 2 and 12, "State resolution", "Definitions".
import { authEventKeys } from '#protocol/matrix/auth-events';
import { type AuthState, authorise } from '#protocol/matrix/auth-rules';
import { isState } from '#protocol/matrix/event';
import type { EventId } from '#protocol/matrix/identifiers';
import type { KnownEvents } from '#protocol/matrix/resolution/known-events';
import { type Asking, askUnconflicted } from '#protocol/matrix/resolution/questions';
import { type StateKey, stateKeyText } from '#protocol/matrix/state-keys';

/** Signatures were checked when the events were received. */
const facts = { isSignedBy: () => true };

/** A state under construction: what has been resolved, over the unconflicted state map as far as it was asked for. */
export class PartialState {
  /** `stateKeyText` → key and event, of all that passed the checks. */
  readonly resolved = new Map<string, { readonly key: StateKey; readonly event: EventId }>();
  readonly #known: KnownEvents;
  readonly #unconflicted = new Map<string, EventId | undefined>();

  /** `conflicted`: keys that the unconflicted state map has nothing under, in `stateKeyText`. */
  constructor(known: KnownEvents, conflicted: Iterable<string>) {
    this.#known = known;
    for (const key of conflicted) this.#unconflicted.set(key, undefined);
  }

  /** Learns what the unconflicted state map has under `keys`, with one question at most. */
  *loadUnconflicted(keys: Iterable<StateKey>): Asking<void> {
    const wanted = new Map<string, StateKey>();
    for (const key of keys) {
      const text = stateKeyText(...key);
      if (!this.#unconflicted.has(text)) wanted.set(text, key);
    }
    if (wanted.size === 0) return;
    const events = yield* askUnconflicted([...wanted.values()]);
    [...wanted.keys()].forEach((text, index) => {
      this.#unconflicted.set(text, events[index]);
    });
  }

  /** What the unconflicted state map has under a key that it was asked for. */
  unconflicted(text: string): EventId | undefined {
    return this.#unconflicted.get(text);
  }

  /**
   * Applies `ids` in their order; their auth events are to be known. `base`: what is looked at where nothing has been
   * resolved: the unconflicted state map, or nothing.
   */
  *apply(ids: readonly EventId[], base: 'unconflicted' | 'empty'): Asking<void> {
    const known = this.#known;
    if (base === 'unconflicted') {
      const keys = ids.flatMap((id) => authEventKeys(known.get(id).pdu, known.version));
      yield* this.loadUnconflicted(keys);
      const events = keys.map((key) => this.#unconflicted.get(stateKeyText(...key)));
      yield* known.load(events.filter((id) => id !== undefined));
    }
    for (const id of ids) {
      const { pdu } = known.get(id);
      if (!isState(pdu)) continue;
      const state: AuthState = (type, stateKey) => {
        const text = stateKeyText(type, stateKey);
        const held =
          this.resolved.get(text)?.event ??
          (base === 'unconflicted' ? this.#unconflicted.get(text) : undefined);
        if (held !== undefined) return known.get(held).pdu;
        // "If a key that is required for checking the authorisation rules is not present in the state, then the
        // appropriate state event from the event's auth_events is used if the auth event is not rejected."
        const isCreate = type === 'm.room.create' && stateKey === '';
        const named = isCreate ? known.createOf(id) : known.authEvent(id, type, stateKey);
        return named === undefined || named.rejected ? undefined : named.pdu;
      };
      if (!authorise(pdu, known.version, state, facts).allowed) continue;
      this.resolved.set(stateKeyText(pdu.type, pdu.state_key), {
        key: [pdu.type, pdu.state_key],
        event: id,
      });
    }
  }
}
