// The events that a resolution has asked for. Each is asked for once, and many at a time, since a question may be a read
// of the store; and what an event's own auth events say about it is read here.
import { authEventIds, isState, type Pdu } from '#protocol/matrix/event';
import type { EventId } from '#protocol/matrix/identifiers';
import { type PowerLevel, powerLevels, userLevel } from '#protocol/matrix/power-levels';
import {
  type Asking,
  askEvents,
  type GraphEvent,
  MissingEventsError,
} from '#protocol/matrix/resolution/questions';
import type { RoomVersion } from '#protocol/matrix/room-versions';

export class KnownEvents {
  readonly version: RoomVersion;
  readonly #byId = new Map<EventId, GraphEvent>();

  constructor(version: RoomVersion) {
    this.version = version;
  }

  /** Makes the events known, with one question at most. Throws `MissingEventsError` for those that nobody holds. */
  *load(ids: Iterable<EventId>): Asking<void> {
    const wanted = [...new Set(ids)].filter((id) => !this.#byId.has(id));
    if (wanted.length === 0) return;
    const events = yield* askEvents(wanted);
    const missing = wanted.filter((_, index) => events[index] === undefined);
    if (missing.length > 0) throw new MissingEventsError(missing);
    for (const event of events) if (event !== undefined) this.#byId.set(event.eventId, event);
  }

  /** Makes the auth events of known events known, and in rooms that imply it their create event. */
  *loadAuthEvents(ids: Iterable<EventId>): Asking<void> {
    const wanted = new Set<EventId>();
    for (const id of ids) {
      const { pdu } = this.get(id);
      for (const each of authEventIds(pdu)) wanted.add(each);
      const create = this.#impliedCreate(pdu);
      if (create !== undefined) wanted.add(create);
    }
    yield* this.load(wanted);
  }

  /** An event that was loaded. */
  get(id: EventId): GraphEvent {
    const event = this.#byId.get(id);
    if (event === undefined) throw new Error(`The event ${id} was not asked for.`);
    return event;
  }

  /** The event under a key among the auth events of `id`, which were loaded. */
  authEvent(id: EventId, type: string, stateKey: string): GraphEvent | undefined {
    for (const each of authEventIds(this.get(id).pdu)) {
      const event = this.get(each);
      if (event.pdu.type === type && event.pdu.state_key === stateKey) return event;
    }
    return undefined;
  }

  /** "The m.room.power_levels event in the auth_events." */
  powerLevelsOf(id: EventId): GraphEvent | undefined {
    return this.authEvent(id, 'm.room.power_levels', '');
  }

  /** The create event that `id` rests on: one of its auth events, or the one that its room's id implies. */
  createOf(id: EventId): GraphEvent | undefined {
    const implied = this.#impliedCreate(this.get(id).pdu);
    return implied === undefined ? this.authEvent(id, 'm.room.create', '') : this.get(implied);
  }

  /** The power of the sender of `id` by its own auth events, which were loaded. */
  senderPower(id: EventId): PowerLevel {
    const levels = powerLevels(this.createOf(id)?.pdu, this.powerLevelsOf(id)?.pdu, this.version);
    return userLevel(levels, this.get(id).pdu.sender);
  }

  /** From version 12 on the create event's id is the room's, but for the sigil; the create event itself has no room_id. */
  #impliedCreate(pdu: Pdu): EventId | undefined {
    if (this.version.createInAuthEvents || pdu.room_id === undefined) return undefined;
    return `$${pdu.room_id.slice(1)}` as EventId;
  }
}

const authTypes = new Set([
  'm.room.create',
  'm.room.power_levels',
  'm.room.join_rules',
  'm.room.member',
  'm.room.third_party_invite',
]);

/** True for events that others may name in `auth_events`: an event that names one of another type is rejected. */
export function canAuthorise({ pdu }: Pick<GraphEvent, 'pdu'>): boolean {
  return isState(pdu) && authTypes.has(pdu.type);
}
