// A room of another server begins here with its create event. Whoever receives it decides whether that may be.
import type { CheckedPdu } from '#domain/rooms/checked-pdu';
import { knownReceipt, type Receipt, receiptOf } from '#domain/rooms/receipt-of-pdu';
import type { Rooms } from '#domain/rooms/rooms';
import type { RoomId } from '#protocol/matrix/identifiers';
import { plainNumber } from '#protocol/matrix/integers';
import { judgeOnReceipt } from '#protocol/matrix/judge-pdu';
import type { RoomVersion } from '#protocol/matrix/room-versions';
import { ProtocolError } from '#support/errors';

/** Throws `forbidden` for a create event that the rules refuse, or of a room that began with another one meanwhile. */
export async function beginRoom(
  rooms: Rooms,
  room: RoomId,
  version: RoomVersion,
  { pdu, eventId, bytes, exactNumbers, isSignedBy }: CheckedPdu,
): Promise<Receipt> {
  const nothing = () => undefined;
  const judgement = judgeOnReceipt(pdu, version, {
    authEvents: [],
    create: undefined,
    before: nothing,
    current: undefined,
    facts: { isSignedBy },
  });
  if (judgement.outcome !== 'accepted') throw new ProtocolError('forbidden', judgement.reason);
  const { value: receipt } = await rooms.database.write(async (writer) => {
    if (await writer.room(room)) return knownReceipt(writer, room, eventId);
    const draft = writer.newRoom(room, {
      version: version.id,
      creator: pdu.sender,
      createdAtMs: plainNumber(pdu.origin_server_ts),
    });
    await draft.append({ eventId, pdu, ...exactNumbers, signed: Promise.resolve({ pdu, bytes }) });
    await draft.finish();
    return receiptOf(eventId, judgement, false);
  });
  if (!receipt) throw new ProtocolError('forbidden', 'The room has another create event.');
  return receipt;
}
