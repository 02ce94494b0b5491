// The events that come with the state of a room, judged as outliers: each by its own auth events, those before it that it
// names. What cannot be judged, since it names events that nobody has, is left out. Server-Server API, "Checks performed
// on receipt of a PDU", 4.
import type { Refusal } from '#databases/rooms/records';
import type { CheckedPdu } from '#domain/rooms/checked-pdu';
import type { AuthEvent } from '#protocol/matrix/auth-events';
import { authoriseByAuthEvents } from '#protocol/matrix/auth-rules';
import { authEventIds } from '#protocol/matrix/event';
import type { EventId } from '#protocol/matrix/identifiers';
import type { RoomVersion } from '#protocol/matrix/room-versions';

/** An event that was judged; one with a refusal is rejected. */
export interface JudgedOutlier {
  readonly checked: CheckedPdu;
  readonly refusal?: Refusal;
}

/** What is known of events: of some from before, of others once they are judged. */
export type KnownEvents = ReadonlyMap<EventId, AuthEvent>;

interface Answer {
  readonly events: ReadonlyMap<EventId, CheckedPdu>;
  readonly create: CheckedPdu;
  /** Events that are stored: what was made of them stands. */
  readonly stored: KnownEvents;
}

/** In an order in which whatever an event names comes before it; of cycles nothing is left. */
export function judgeAnswer(
  version: RoomVersion,
  { events, create, stored }: Answer,
): { readonly judged: JudgedOutlier[]; readonly known: KnownEvents } {
  const known = new Map(stored);
  const judged: JudgedOutlier[] = [];
  for (const checked of inAuthOrder(events)) {
    const { pdu, eventId, isSignedBy } = checked;
    if (known.has(eventId)) continue;
    const named = authEventIds(pdu).map((id) => known.get(id));
    const authEvents = named.filter((event) => event !== undefined);
    if (authEvents.length < named.length) continue;
    const created = pdu.type === 'm.room.create' ? undefined : create.pdu;
    const verdict = authoriseByAuthEvents(pdu, version, authEvents, created, { isSignedBy });
    known.set(eventId, { event: pdu, rejected: !verdict.allowed });
    const refusal = verdict.allowed ? {} : { refusal: { rule: verdict.rule, reason: verdict.reason } };
    judged.push({ checked, ...refusal });
  }
  return { judged, known };
}

/** Each event once, behind those of its auth events that are among them; what lies on a cycle not at all. */
function inAuthOrder(events: ReadonlyMap<EventId, CheckedPdu>): CheckedPdu[] {
  const waitsFor = new Map<EventId, number>();
  const namedBy = new Map<EventId, CheckedPdu[]>();
  const order: CheckedPdu[] = [];
  for (const [id, checked] of events) {
    const named = new Set(authEventIds(checked.pdu).filter((each) => events.has(each)));
    waitsFor.set(id, named.size);
    if (named.size === 0) order.push(checked);
    for (const each of named) {
      const others = namedBy.get(each);
      if (others) others.push(checked);
      else namedBy.set(each, [checked]);
    }
  }
  for (const { eventId } of order) {
    for (const checked of namedBy.get(eventId) ?? []) {
      const left = (waitsFor.get(checked.eventId) ?? 0) - 1;
      waitsFor.set(checked.eventId, left);
      if (left === 0) order.push(checked);
    }
  }
  return order;
}
