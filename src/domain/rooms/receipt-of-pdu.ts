// What became of an event from another server, as its sender is told, also when it sends the event again.
import type { EventMark } from '#databases/rooms/records';
import type { RoomsReader } from '#databases/rooms/rooms-reader';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import type { Judgement } from '#protocol/matrix/judge-pdu';
import { ProtocolError } from '#support/errors';

export type Receipt =
  | { readonly outcome: 'accepted'; readonly eventId: EventId; readonly wasKnown: boolean }
  | {
      readonly outcome: 'rejected' | 'soft-failed';
      readonly eventId: EventId;
      readonly wasKnown: boolean;
      /** The number of the rule that refused it, in the list of the room's version, and what it says. */
      readonly rule: string;
      readonly reason: string;
    }
  /** It was not judged, nor stored: it names events that this server lacks, or of which it does not know the state. */
  | { readonly outcome: 'missing'; readonly eventId: EventId; readonly missing: readonly EventId[] };

export function receiptOf(eventId: EventId, judgement: Judgement, wasKnown: boolean): Receipt {
  if (judgement.outcome === 'accepted') return { outcome: 'accepted', eventId, wasKnown };
  const { outcome, rule, reason } = judgement;
  return { outcome, eventId, wasKnown, rule, reason };
}

/**
 * The receipt of an event that was judged before; undefined for one that was not, outliers among them.
 * Throws `forbidden` for the id of another room's event: early versions let servers choose ids.
 */
export async function knownReceipt(
  reader: RoomsReader,
  room: RoomId,
  eventId: EventId,
): Promise<Receipt | undefined> {
  const known = await reader.anyEvent(eventId);
  if (!known) return undefined;
  if (known.room !== room) throw new ProtocolError('forbidden', 'An event of another room has this id.');
  return receiptOfMark(known);
}

/** The same for what is stored, or about to be stored, beside the event. */
export function receiptOfMark({ eventId, standing, refusal }: EventMark): Receipt | undefined {
  if (standing === 'outlier') return undefined;
  if (standing === undefined) return { outcome: 'accepted', eventId, wasKnown: true };
  return {
    outcome: standing,
    eventId,
    wasKnown: true,
    rule: refusal?.rule ?? '',
    reason: refusal?.reason ?? '',
  };
}
