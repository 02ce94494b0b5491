// Whether an event lies in the auth chain of an unconflicted event, answered exactly and mostly from a few rows: upward
// from the event through those that name it (`authReferrers`) to one that the state holds. Only where a list of
// referrers was cut short does the search go the other way, down from what the state has taken up since.
import type { GraphFact } from '#databases/rooms/graph-facts';
import type { KeyedEvent } from '#databases/rooms/state-view';
import { authEventIds } from '#protocol/matrix/event';
import type { EventId } from '#protocol/matrix/identifiers';
import type { Position } from '#store/contract';
import { authWitnessesMax } from '#support/limits';

/** An event that names another among its auth events, and the key of the state that it sets. */
export interface Referrer {
  /** Undefined: some events of the key, which no other may name. */
  readonly event: EventId | undefined;
  readonly type: string;
  readonly stateKey: string;
}

/** What the search is made over: one room, and the unconflicted part of some of its states. */
export interface ReachSource {
  graphEvents(ids: readonly EventId[]): Promise<(GraphFact | undefined)[]>;
  /** What the unconflicted state map holds under a key. */
  unconflicted(type: string, stateKey: string): Promise<EventId | undefined>;
  /** All of it that was stored behind a position, and perhaps more. */
  unconflictedSince(position: Position): Promise<KeyedEvent[]>;
  /** Those who name an event. */
  referrers(event: EventId): AsyncIterable<Referrer>;
  /** False in room versions where the room id implies the create event, which is then in no auth chain. */
  readonly isCreateNamed: boolean;
}

/** Of how many events the first few referrers only are noted: nearly every later event names them. */
export function isWitnessed(type: string): boolean {
  return type === 'm.room.power_levels' || type === 'm.room.join_rules';
}

/** True where not all who name an event need be noted. */
function isCut({ isIndexed, pdu }: GraphFact, noted: number): boolean {
  return !isIndexed || (isWitnessed(pdu.type) && noted >= authWitnessesMax);
}

/** How far a key's own history is followed before the referrers are asked. */
const ownStepsMax = 64;

interface Chains {
  readonly floor: number;
  readonly since: Position;
  readonly events: ReadonlySet<EventId>;
}

export class AuthReach {
  readonly #source: ReachSource;
  readonly #known = new Map<EventId, boolean>();
  // The auth chains of unconflicted events that were stored behind a position, down to a generation.
  #chains: Chains | undefined;

  constructor(source: ReachSource) {
    this.#source = source;
  }

  async isCovered(id: EventId): Promise<boolean> {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const [event] = await this.#source.graphEvents([id]);
    const covered = event !== undefined && (await this.#find(event));
    this.#known.set(id, covered);
    return covered;
  }

  async #find(event: GraphFact): Promise<boolean> {
    const { type, state_key: stateKey } = event.pdu;
    if (stateKey === undefined) return false;
    if (type === 'm.room.create') return this.#isCreateCovered(event);
    if (await this.#isEarlierHolder(event, type, stateKey)) return true;
    return this.#climb(event);
  }

  /** Every other event of such a room has the create event in its chain. */
  async #isCreateCovered({ eventId, pdu, storedFrom }: GraphFact): Promise<boolean> {
    if (!this.#source.isCreateNamed) return false;
    if (await this.#source.unconflicted('m.room.member', pdu.sender)) return true;
    for (const type of ['m.room.power_levels', 'm.room.join_rules', 'm.room.history_visibility']) {
      if (await this.#source.unconflicted(type, '')) return true;
    }
    return (await this.#source.unconflictedSince(storedFrom)).some(({ event }) => event !== eventId);
  }

  /** True where the event that holds the key names this one, by way of earlier holders of the key. */
  async #isEarlierHolder(event: GraphFact, type: string, stateKey: string): Promise<boolean> {
    let id = await this.#source.unconflicted(type, stateKey);
    for (let step = 0; id !== undefined && step < ownStepsMax; step++) {
      if (id === event.eventId) return step > 0;
      const [holder] = await this.#source.graphEvents([id]);
      if (!holder || holder.generation <= event.generation) return false;
      const named = await this.#source.graphEvents(authEventIds(holder.pdu));
      id = named.find((each) => each?.pdu.type === type && each.pdu.state_key === stateKey)?.eventId;
    }
    return false;
  }

  /**
   * Upward through referrers. Those that are not noted are behind the few events whose lists were cut: whether an
   * unconflicted event leads to one of these is left to ask.
   */
  async #climb(start: GraphFact): Promise<boolean> {
    const seen = new Set<EventId>([start.eventId]);
    const cut: GraphFact[] = [];
    for (const id of seen) {
      const known = id === start.eventId ? undefined : this.#known.get(id);
      if (known === true) return true;
      if (known === false) continue;
      const [event] = await this.#source.graphEvents([id]);
      let count = 0;
      for await (const { event: referrer, type, stateKey } of this.#source.referrers(id)) {
        count++;
        if (referrer !== undefined && seen.has(referrer)) continue;
        const held = await this.#source.unconflicted(type, stateKey);
        if (referrer === undefined) {
          if (held !== undefined && (await this.#names(held, id))) return true;
        } else if (held === referrer) return true;
        else seen.add(referrer);
      }
      if (event && isCut(event, count)) cut.push(event);
    }
    for (const event of cut) if (await this.#isInChains(event)) return true;
    for (const id of seen) this.#known.set(id, false);
    return false;
  }

  async #names(referrer: EventId, id: EventId): Promise<boolean> {
    const [event] = await this.#source.graphEvents([referrer]);
    return event !== undefined && authEventIds(event.pdu).includes(id);
  }

  async #isInChains({ eventId, generation, storedFrom }: GraphFact): Promise<boolean> {
    const { floor, since } = this.#chains ?? { floor: generation, since: storedFrom };
    if (!this.#chains || floor > generation || since > storedFrom) {
      const lower = Math.min(floor, generation);
      const earlier = since < storedFrom ? since : storedFrom;
      this.#chains = { floor: lower, since: earlier, events: await this.#walkChains(lower, earlier) };
    }
    return this.#chains.events.has(eventId);
  }

  /** An event's auth events were stored before it, so what was there before the one in question never leads to it. */
  async #walkChains(floor: number, since: Position): Promise<Set<EventId>> {
    const reached = new Set<EventId>();
    let wave = (await this.#source.unconflictedSince(since)).flatMap(({ event }) => event ?? []);
    while (wave.length > 0) {
      const next: EventId[] = [];
      for (const event of await this.#source.graphEvents(wave)) {
        if (!event || event.generation <= floor) continue;
        for (const id of authEventIds(event.pdu)) {
          if (reached.has(id)) continue;
          reached.add(id);
          next.push(id);
        }
      }
      wave = next;
    }
    return reached;
  }
}
