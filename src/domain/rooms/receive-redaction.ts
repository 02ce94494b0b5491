// What a redaction from another server does, and when: once both it and the event that it names are there, in whichever
// order they come. Room version 3, "Handling redactions"; in versions 1 and 2 the authorisation rules have judged it.
import type { DraftEvent, RoomDraft } from '#databases/rooms/room-draft';
import type { RoomsReader } from '#databases/rooms/rooms-reader';
import { type AuthState, stateOf } from '#protocol/matrix/auth-rules';
import { canonicalJson } from '#protocol/matrix/canonical-json';
import type { Pdu } from '#protocol/matrix/event';
import { type EventId, serverOf } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import { mayRedact, powerLevelsIn } from '#protocol/matrix/power-levels';
import { redact, redactionTarget } from '#protocol/matrix/redaction';
import type { RoomVersion } from '#protocol/matrix/room-versions';

/** An accepted redaction: empties its target, or waits for it. `before` is the state before the redaction. */
export async function followRedaction(
  draft: RoomDraft,
  redaction: { readonly eventId: EventId; readonly pdu: Pdu },
  version: RoomVersion,
  before: AuthState,
): Promise<void> {
  const targetId = redactionTarget(redaction.pdu, version);
  if (targetId === undefined) return;
  const target = await draft.anyEvent(targetId);
  // What is known only because others name it comes once more, whole, to be judged.
  if (!target || target.mark.standing === 'outlier') draft.awaitTarget(targetId, redaction.eventId);
  else if (isAllowed(redaction.pdu, target.pdu, version, before)) {
    emptyEvent(draft, target, redaction.eventId, version);
  }
}

/** An event that has come: empties it where one of the redactions that waited for it may do so. */
export async function followPendingRedactions(
  reader: RoomsReader,
  draft: RoomDraft,
  targetId: EventId,
  version: RoomVersion,
): Promise<void> {
  const waiting = await reader.pendingRedactions(draft.room, targetId);
  const target = waiting.length > 0 ? await draft.anyEvent(targetId) : undefined;
  if (!target) return;
  for (const id of waiting) {
    const redaction = await reader.event(id);
    if (redaction?.room !== draft.room) continue;
    const before = await reader.stateBefore(redaction);
    const held = await Promise.all(
      ['m.room.create', 'm.room.power_levels'].map((type) => reader.entryIn(draft.room, before, type, '')),
    );
    const events = await reader.graphEvents(held.filter((event) => event !== undefined));
    const state = stateOf(events.flatMap((fact) => (fact ? [fact.pdu] : [])));
    if (!isAllowed(redaction.pdu, target.pdu, version, state)) continue;
    emptyEvent(draft, target, id, version);
    return;
  }
}

/** "1. The power level of the redaction event's sender is greater than or equal to the redact level. 2. The domains match." */
function isAllowed(redaction: Pdu, target: Pdu, version: RoomVersion, before: AuthState): boolean {
  if (version.redactionRule) return true;
  if (serverOf(redaction.sender) === serverOf(target.sender)) return true;
  return mayRedact(redaction.sender, powerLevelsIn(before, version));
}

function emptyEvent(draft: RoomDraft, target: DraftEvent, by: EventId, version: RoomVersion): void {
  if (target.mark.redactedBy !== undefined) return;
  draft.redact(target, by, (pdu) =>
    Buffer.from(canonicalJson(redact(pdu, version) as unknown as JsonObject)),
  );
}
