// The whole answer of a sync, as text. Client-Server API, "GET /sync".
import { formatSyncToken, type SyncPositions } from '#domain/rooms/reading/position-tokens';
import { type JsonText, jsonObjectText } from '#domain/rooms/reading/reading';
import { eventsText } from '#domain/sync/room-sections';

/** The rooms of one kind, as text. */
export type RoomTexts = Readonly<Record<string, string>>;

/**
 * The answer that goes on from `through`. Keys for end-to-end encryption are not kept here yet, and that there are none
 * is said, since clients wait for the word.
 */
export function answerText(
  through: SyncPositions,
  accountData: readonly object[] = [],
  rooms: Readonly<Record<string, RoomTexts>> = {},
): JsonText {
  const kinds: Record<string, string> = {};
  for (const kind of Object.keys(rooms)) {
    const texts = rooms[kind];
    if (texts && Object.keys(texts).length > 0) kinds[kind] = jsonObjectText(texts);
  }
  return jsonObjectText({
    next_batch: JSON.stringify(formatSyncToken(through)),
    account_data:
      accountData.length > 0 ? eventsText(accountData.map((event) => JSON.stringify(event))) : undefined,
    rooms: Object.keys(kinds).length > 0 ? jsonObjectText(kinds) : undefined,
    device_one_time_keys_count: '{"signed_curve25519":0}',
  });
}
