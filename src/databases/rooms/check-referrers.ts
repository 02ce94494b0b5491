// What the events of a room make of the index of its auth graph: a row for each reference that must have one, and no row
// that is no reference.
import { isWitnessed } from '#databases/rooms/auth-reach';
import { referrerOf } from '#databases/rooms/auth-referrers';
import type { CheckedEvent } from '#databases/rooms/check-room';
import { type Derived, keyOf } from '#databases/rooms/derived-rows';
import { isRejected } from '#databases/rooms/records';
import type { RoomsTables } from '#databases/rooms/rooms-parts';
import { authEventIds, isState } from '#protocol/matrix/event';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import type { Snapshot } from '#store/contract';
import { authWitnessesMax } from '#support/limits';

export async function expectReferrers(
  tables: RoomsTables,
  snapshot: Snapshot,
  room: RoomId,
  events: ReadonlyMap<EventId, CheckedEvent>,
  expected: Derived,
): Promise<void> {
  const found = new Set<string>();
  for await (const { key } of tables.authReferrers.scan(snapshot, [room])) found.add(keyOf(...key));
  const witnesses = new Map<EventId, { readonly noted: Set<string>; readonly others: Set<string> }>();
  for (const { mark, pdu } of events.values()) {
    // What was stored before the index began has no generation, and no rows.
    if (!isState(pdu) || mark.generation === undefined) continue;
    const referrer = [pdu.type, pdu.state_key, referrerOf(mark.eventId, pdu)];
    for (const id of new Set(authEventIds(pdu))) {
      const named = events.get(id)?.pdu;
      if (!named || named.type === 'm.room.create') continue;
      const key = keyOf(room, id, ...referrer);
      // One that was rejected since may have been noted, and need not.
      if (isRejected(mark)) {
        if (found.has(key)) expected.authReferrers.set(key, '');
      } else if (isWitnessed(named.type)) {
        let of = witnesses.get(id);
        if (!of) witnesses.set(id, (of = { noted: new Set(), others: new Set() }));
        (found.has(key) ? of.noted : of.others).add(key);
      } else expected.authReferrers.set(key, '');
    }
  }
  for (const { noted, others } of witnesses.values()) {
    const lacking = [...others].slice(0, Math.max(0, authWitnessesMax - noted.size));
    for (const key of [...noted, ...lacking]) expected.authReferrers.set(key, '');
  }
}
