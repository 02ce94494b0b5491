// One hot room must not become a storm of conflicts: what is to be appended to a room waits in the room's lane, and
// all that wait are judged in one transaction. A refusal fails only itself.
import type { RoomDraft } from '#databases/rooms/room-draft';
import type { RoomsDatabase } from '#databases/rooms/rooms-database';
import type { RoomsWriter } from '#databases/rooms/rooms-writer';
import type { RoomId } from '#protocol/matrix/identifiers';
import { ProtocolError } from '#support/errors';
import { laneBatchBytesMax, laneBatchJobsMax, laneWaitingMax } from '#support/limits';

/**
 * Judges one request on the room as it then is, and appends what it leads to. It is pure but for that (it may run
 * twice) and throws a `ProtocolError` before it appends anything, or never.
 */
type Judge<T> = (draft: RoomDraft, writer: RoomsWriter) => Promise<T>;

interface Job {
  readonly sizeBytes: number;
  readonly judge: Judge<unknown>;
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

type Outcome = { readonly value: unknown } | { readonly refusal: ProtocolError };

export class Lanes {
  readonly #rooms: RoomsDatabase;
  readonly #waiting = new Map<RoomId, Job[]>();

  constructor(rooms: RoomsDatabase) {
    this.#rooms = rooms;
  }

  /** Appends to a room in its turn. Throws `notFound` for an unknown room and whatever `judge` refuses with. */
  submit<T>(room: RoomId, sizeBytes: number, judge: Judge<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const job: Job = { sizeBytes, judge, resolve: resolve as (value: unknown) => void, reject };
    const lane = this.#waiting.get(room);
    if (!lane) {
      this.#waiting.set(room, [job]);
      void this.#run(room);
    } else if (lane.length >= laneWaitingMax) {
      reject(new ProtocolError('unavailable', 'This room is too busy; try again in a moment.'));
    } else lane.push(job);
    return promise;
  }

  /** Works a room's lane off, batch by batch, until nobody waits. */
  async #run(room: RoomId): Promise<void> {
    const lane = this.#waiting.get(room) as Job[];
    // Whoever arrives in the same turn of the event loop shares the first batch.
    await Promise.resolve();
    while (lane.length > 0) await this.#runBatch(room, takeBatch(lane));
    this.#waiting.delete(room);
  }

  async #runBatch(room: RoomId, batch: readonly Job[]): Promise<void> {
    try {
      const { value: outcomes } = await this.#rooms.write((writer) => judgeAll(writer, room, batch));
      batch.forEach((job, index) => {
        const outcome = outcomes[index] as Outcome;
        if ('refusal' in outcome) job.reject(outcome.refusal);
        else job.resolve(outcome.value);
      });
    } catch (error) {
      // What is no refusal breaks the whole transaction: find out whose it is by giving each its own.
      if (batch.length > 1) for (const job of batch) await this.#runBatch(room, [job]);
      else batch[0]?.reject(error);
    }
  }
}

function takeBatch(lane: Job[]): Job[] {
  let count = 0;
  let sizeBytes = 0;
  for (const job of lane) {
    sizeBytes += job.sizeBytes;
    if (count === laneBatchJobsMax || (count > 0 && sizeBytes > laneBatchBytesMax)) break;
    count++;
  }
  return lane.splice(0, count);
}

async function judgeAll(writer: RoomsWriter, room: RoomId, batch: readonly Job[]): Promise<Outcome[]> {
  const draft = await writer.draft(room);
  const outcomes: Outcome[] = [];
  for (const job of batch) {
    try {
      if (!draft) throw new ProtocolError('notFound', 'This server knows no such room.');
      outcomes.push({ value: await job.judge(draft, writer) });
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      outcomes.push({ refusal: error });
    }
  }
  draft?.finish();
  return outcomes;
}
