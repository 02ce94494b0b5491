// What passes in a room without becoming part of its history: receipts and who types. Client-Server API, "Receipts"
// and "Typing Notifications".
import type { Position } from '#databases/positions';
import type { ReceiptRecord } from '#databases/rooms/records';
import type { RoomsReader } from '#databases/rooms/rooms-reader';
import type { TransitoryReader } from '#databases/transitory/transitory-reader';
import type { PlacedReceipt } from '#domain/sync/room-tails';
import type { RoomId, UserId } from '#protocol/matrix/identifiers';

export interface EphemeralEvent {
  readonly type: string;
  readonly content: object;
}

/** A room's receipts behind `after` and up to `through`: one range read for each page. */
export async function readReceipts(
  reader: RoomsReader,
  room: RoomId,
  after: Position | undefined,
  through: Position,
): Promise<PlacedReceipt[]> {
  const receipts: PlacedReceipt[] = [];
  for (let from = after; ; ) {
    const { entries, more } = await reader.receipts(room, {
      ...(from === undefined ? {} : { after: from }),
      through,
    });
    for (const { at, slot, value } of entries) if (value) receipts.push({ at, slot, receipt: value });
    from = entries.at(-1)?.at;
    if (!more || from === undefined) return receipts;
  }
}

/**
 * The `m.receipt` events that say so: one per thread, since one event has room for one receipt of a type and user.
 * Private receipts are for their owner only.
 */
export function receiptEvents(user: UserId, placed: readonly PlacedReceipt[]): EphemeralEvent[] {
  const threads = new Map<string | undefined, Record<string, Record<string, Record<string, object>>>>();
  for (const { receipt } of placed) {
    if (receipt.type === 'm.read.private' && receipt.user !== user) continue;
    let content = threads.get(receipt.threadId);
    if (!content) threads.set(receipt.threadId, (content = {}));
    const byType = (content[receipt.event] ??= {});
    const byUser = (byType[receipt.type] ??= {});
    byUser[receipt.user] = receiptContent(receipt);
  }
  return [...threads.values()].map((content) => ({ type: 'm.receipt', content }));
}

function receiptContent({ atMs, threadId }: ReceiptRecord): object {
  return threadId === undefined ? { ts: atMs } : { ts: atMs, thread_id: threadId };
}

/** Who types in a room at `nowMs`: the whole list, as clients replace theirs by it. */
export async function typingEvent(
  reader: TransitoryReader,
  room: RoomId,
  nowMs: number,
): Promise<{ event: EphemeralEvent; changedAt: Position; isEmpty: boolean }> {
  const { users, changedAt } = await reader.typing(room);
  const typing = users.filter(({ expiresAtMs }) => expiresAtMs > nowMs).map(({ user }) => user);
  const event = { type: 'm.typing', content: { user_ids: typing } };
  return { event, changedAt, isEmpty: typing.length === 0 };
}
