// Every table of the transitory database: what is of use for a while only. Typing notifications so far.

import type { RoomId } from '#protocol/matrix/identifiers';
import { utf8 } from '#store/codecs';
import { declareTable, text } from '#store/keyspace';
import { declareSlotStream } from '#store/stream';

/** What is known of a user who types. */
export interface TypingRecord {
  /** Milliseconds since the Unix epoch; from then on the user no longer counts as typing. */
  readonly expiresAtMs: number;
}

const room = text<RoomId>('room');

export const typingStream = declareSlotStream<TypingRecord>(
  't',
  'Who types in a room: a slot per user',
  room,
);

export const transitoryDeclarations = {
  typing: typingStream.entries,
  typingSlots: typingStream.slots,
  typingFloors: declareTable(
    'tf',
    "Entries of a room's typing stream up to here have been trimmed",
    [room],
    utf8,
  ),
};
