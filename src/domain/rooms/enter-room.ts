// This server comes into a room of others, for the first time or again: the state that was told becomes a line of its own,
// stored piece by piece, and the last transaction goes over to it with the event that joins. What a crash leaves half done
// is taken up where it ended when the same is entered again. Server-Server API, "Joining Rooms".
import type { Buffer } from 'node:buffer';
import type { RoomsWriter } from '#databases/rooms/rooms-writer';
import { overtaken } from '#databases/rooms/stage-line';
import type { JudgedOutlier } from '#domain/rooms/judge-answer';
import { type ReadAnswer, type RoomAnswer, readAnswer } from '#domain/rooms/read-answer';
import { knownReceipt } from '#domain/rooms/receipt-of-pdu';
import type { Rooms } from '#domain/rooms/rooms';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import { plainNumber } from '#protocol/matrix/integers';
import { type RoomVersion, roomVersion } from '#protocol/matrix/room-versions';
import { ProtocolError } from '#support/errors';
import { appendedBytesEstimate, laneBatchBytesMax, stagedEntriesAtOnce } from '#support/limits';

/** How far entering a room has come: so many of the step's events are done. */
export interface EnterProgress {
  readonly step: 'checking' | 'storing' | 'staging';
  readonly done: number;
  readonly total: number;
}

/** A room to enter, and what the server that let us in told of it. */
export interface EnteredRoom extends RoomAnswer {
  readonly room: RoomId;
  readonly version: string;
  readonly onProgress?: (progress: EnterProgress) => void;
}

/**
 * Enters a room; answers the id of the event that joins. Entering by an event that has joined already changes nothing.
 * Throws `unsupportedRoomVersion`, `forbidden` and `badJson` where the answer does not let us in (nothing is stored then),
 * and `unavailable` where the room was entered in another way meanwhile.
 */
export async function enterRoom(rooms: Rooms, entered: EnteredRoom): Promise<EventId> {
  const { room, onProgress } = entered;
  const version = roomVersion(entered.version);
  const tell = (step: EnterProgress['step']) => (done: number, total: number) => {
    onProgress?.({ step, done, total });
  };
  const answer = await readAnswer(rooms, { room, version }, entered, tell('checking'));
  const { eventId } = answer.join;
  const known = await rooms.database.read((reader) => knownReceipt(reader, room, eventId));
  if (known?.outcome === 'accepted') return eventId;
  if (known) throw new ProtocolError('forbidden', 'The event that joins has been refused.');

  await announce(rooms, room, version, answer);
  await storeOutliers(rooms, room, answer.outliers, tell('storing'));
  const line = await stage(rooms, room, answer, tell('staging'));
  await rooms.database.write((writer) => flip(writer, room, line, answer));
  return eventId;
}

/** Says what the room is, by its create event, which nobody but the room's own server can have made. */
async function announce(
  { database }: Rooms,
  room: RoomId,
  version: RoomVersion,
  { create, entries }: ReadAnswer,
): Promise<void> {
  await database.write(
    async (writer) => {
      const record = await writer.room(room);
      const created = await writer.stateEntry(room, 'm.room.create', '');
      const told = entries.find(({ type, stateKey }) => type === 'm.room.create' && stateKey === '');
      const isOther = created !== undefined && created.event !== told?.event;
      if (isOther || (record && record.version !== version.id)) {
        throw new ProtocolError('forbidden', 'The room is known by another create event.');
      }
      if (record) return;
      const createdAtMs = plainNumber(create.origin_server_ts);
      writer.announceRoom(room, { version: version.id, creator: create.sender, createdAtMs });
    },
    { idempotent: true },
  );
}

async function storeOutliers(
  { database }: Rooms,
  room: RoomId,
  outliers: readonly JudgedOutlier[],
  tell: (done: number, total: number) => void,
): Promise<void> {
  let done = 0;
  for (const load of loadsOf(outliers)) {
    await database.write(
      (writer) =>
        writer.storeOutliers(
          room,
          load.map(({ checked: { eventId, pdu, bytes, exactNumbers }, refusal }) => ({
            eventId,
            pdu,
            bytes,
            ...exactNumbers,
            ...(refusal ? { refusal } : {}),
          })),
        ),
      { idempotent: true },
    );
    done += load.length;
    tell(done, outliers.length);
  }
}

/** Parts that each fit a transaction. */
function loadsOf(outliers: readonly JudgedOutlier[]): JudgedOutlier[][] {
  const loads: JudgedOutlier[][] = [];
  let left = 0;
  for (const outlier of outliers) {
    const { bytes }: { readonly bytes: Buffer } = outlier.checked;
    const size = bytes.length + outlierRowsBytesEstimate;
    if (size > left) {
      loads.push([]);
      left = laneBatchBytesMax;
    }
    loads.at(-1)?.push(outlier);
    left -= size;
  }
  return loads;
}

/** What an outlier writes beside its bytes, roughly. */
const outlierRowsBytesEstimate = appendedBytesEstimate / 8;

/** Stages the state before the join; answers the line that it is on. */
async function stage(
  { database }: Rooms,
  room: RoomId,
  { staged: state, entries }: ReadAnswer,
  tell: (done: number, total: number) => void,
): Promise<number> {
  const { value: begun } = await database.write((writer) => writer.beginLine(room, state));
  const { line } = begun;
  for (let done = begun.staged; done < entries.length; ) {
    const next = entries.slice(done, done + stagedEntriesAtOnce);
    const from = done;
    ({ value: done } = await database.write((writer) => writer.stageLine(room, line, from, next)));
    tell(done, entries.length);
  }
  return line;
}

async function flip(
  writer: RoomsWriter,
  room: RoomId,
  line: number,
  { join: { eventId, pdu, bytes, exactNumbers } }: ReadAnswer,
): Promise<void> {
  const known = await knownReceipt(writer, room, eventId);
  if (known?.outcome === 'accepted') return;
  const draft = known ? undefined : await writer.draftToEnter(room);
  if (!draft) throw overtaken();
  await draft.flipLine(line, { eventId, pdu, bytes, ...exactNumbers });
  await draft.finish();
}
