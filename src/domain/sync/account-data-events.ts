// A user's account data in a sync: what changed since the token, everything in a first sync. Client-Server API, "Client
// Config".
import { readAccountData } from '#domain/identity/account-data';
import type { SyncParts } from '#domain/sync/sync-parts';
import { filtered, roomFilterOf, type SyncFrame } from '#domain/sync/sync-request';
import type { RoomId } from '#protocol/matrix/identifiers';

export interface AccountDataEvent {
  readonly type: string;
  readonly content: object;
}

export interface AccountDataNews {
  readonly global: readonly AccountDataEvent[];
  ofRoom(room: RoomId): readonly AccountDataEvent[];
  /** The rooms with news of their own. */
  readonly rooms: ReadonlySet<RoomId>;
}

export const noAccountData: AccountDataNews = { global: [], ofRoom: () => [], rooms: new Set() };

/**
 * One range read of the user's stream. Rooms that are new to the client get all that the user has kept for them.
 * @param isNew whether the client learns of this room only now
 */
export async function readAccountDataNews(
  { accounts }: SyncParts,
  frame: SyncFrame,
  newRooms: ReadonlySet<RoomId>,
): Promise<AccountDataNews> {
  const since = frame.since?.accounts;
  const from = newRooms.size > 0 ? undefined : since;
  const all = await accounts.read((reader) =>
    readAccountData(reader, frame.asker.userId, from, frame.through.accounts),
  );
  const news =
    newRooms.size === 0 || since === undefined
      ? all
      : await accounts.read((reader) =>
          readAccountData(reader, frame.asker.userId, since, frame.through.accounts),
        );
  const global: AccountDataEvent[] = [];
  const ofRooms = new Map<RoomId, AccountDataEvent[]>();
  const add = ({ type, roomId, content }: (typeof all)[number]): void => {
    // What was removed shows as empty; a client that begins anew need not hear of it.
    if (content === undefined && since === undefined) return;
    const event = { type, content: content ?? {} };
    if (roomId === undefined) global.push(event);
    else ofRooms.set(roomId, [...(ofRooms.get(roomId) ?? []), event]);
  };
  for (const datum of news) if (datum.roomId === undefined || !newRooms.has(datum.roomId)) add(datum);
  for (const datum of all) if (datum.roomId !== undefined && newRooms.has(datum.roomId)) add(datum);
  const filter = roomFilterOf(frame, 'account_data');
  return {
    global: filtered(frame.request.filter.account_data, global),
    ofRoom: (room) => filtered(filter, ofRooms.get(room) ?? [], room),
    rooms: new Set(ofRooms.keys()),
  };
}
