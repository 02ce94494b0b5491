// The `filter` parameter of operations that page through a room: a RoomEventFilter written out as JSON.
import { parseRoomEventFilter, type RoomEventFilter } from '#protocol/matrix/filters';
import { ProtocolError } from '#support/errors';

/** @throws ProtocolError notJson, badJson */
export function readRoomEventFilter(parameter: string | undefined): RoomEventFilter | undefined {
  if (parameter === undefined) return undefined;
  let written: unknown;
  try {
    written = JSON.parse(parameter);
  } catch {
    throw new ProtocolError('notJson', 'The filter is not valid JSON.');
  }
  return parseRoomEventFilter(written);
}
