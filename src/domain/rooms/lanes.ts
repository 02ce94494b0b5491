// One hot room must not become a storm of conflicts: what is to be appended to a room waits in the room's lane, and all
// that wait are judged in one transaction. Rooms that are ready at the same moment share it, since a transaction costs
// more than a message does. A refusal fails only itself.
import { mayHaveCommitted } from '#databases/outcome';
import type { RoomDraft } from '#databases/rooms/room-draft';
import type { RoomsDatabase } from '#databases/rooms/rooms-database';
import type { RoomsWriter } from '#databases/rooms/rooms-writer';
import type { RoomId } from '#protocol/matrix/identifiers';
import { ProtocolError } from '#support/errors';
import { laneBatchBytesMax, laneBatchJobsMax, laneTransactionsMax, laneWaitingMax } from '#support/limits';

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

/** What waits for one room and goes into the transaction under way. */
interface Load {
  readonly room: RoomId;
  readonly jobs: readonly Job[];
}

export class Lanes {
  readonly #rooms: RoomsDatabase;
  readonly #waiting = new Map<RoomId, Job[]>();
  // Rooms that are ready to go, in the order in which they became so; a room under way is not among them.
  readonly #ready = new Set<RoomId>();
  readonly #underWay = new Set<RoomId>();
  #transactions = 0;
  #isCalled = false;

  constructor(rooms: RoomsDatabase) {
    this.#rooms = rooms;
  }

  /** Appends to a room in its turn. Throws `notFound` for an unknown room and whatever `judge` refuses with. */
  submit<T>(room: RoomId, sizeBytes: number, judge: Judge<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const lane = this.#waiting.get(room);
    if (lane && lane.length >= laneWaitingMax) {
      reject(new ProtocolError('unavailable', 'This room is too busy; try again in a moment.'));
      return promise;
    }
    const job: Job = { sizeBytes, judge, resolve: resolve as (value: unknown) => void, reject };
    if (lane) lane.push(job);
    else this.#waiting.set(room, [job]);
    if (!this.#underWay.has(room)) this.#ready.add(room);
    this.#call();
    return promise;
  }

  /** Departs once everything that has arrived by now has been put into its lane. */
  #call(): void {
    if (this.#isCalled || this.#transactions >= laneTransactionsMax || this.#ready.size === 0) return;
    this.#isCalled = true;
    setImmediate(() => {
      this.#isCalled = false;
      void this.#depart();
    });
  }

  /** One transaction for what waits in all lanes that are ready, as far as it fits. */
  async #depart(): Promise<void> {
    const loads = this.#takeLoads();
    if (loads.length === 0) return;
    this.#transactions++;
    this.#call();
    await this.#run(loads);
    this.#transactions--;
    for (const { room } of loads) {
      this.#underWay.delete(room);
      if (this.#waiting.has(room)) this.#ready.add(room);
    }
    this.#call();
  }

  #takeLoads(): Load[] {
    const loads: Load[] = [];
    let [jobsLeft, bytesLeft] = [laneBatchJobsMax, laneBatchBytesMax];
    for (const room of this.#ready) {
      if (jobsLeft <= 0 || bytesLeft <= 0) break;
      const lane = this.#waiting.get(room) as Job[];
      const jobs = takeJobs(lane, jobsLeft, bytesLeft, loads.length === 0);
      if (jobs.length === 0) break;
      jobsLeft -= jobs.length;
      bytesLeft -= jobs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      if (lane.length === 0) this.#waiting.delete(room);
      this.#ready.delete(room);
      this.#underWay.add(room);
      loads.push({ room, jobs });
    }
    return loads;
  }

  /** Judges loads in one transaction and tells each job what became of it; never rejects. */
  async #run(loads: readonly Load[]): Promise<void> {
    try {
      const { value: outcomes } = await this.#rooms.write((writer) => judgeLoads(writer, loads));
      loads.forEach(({ jobs }, load) => {
        jobs.forEach((job, index) => {
          const outcome = outcomes[load]?.[index] as Outcome;
          if ('refusal' in outcome) job.reject(outcome.refusal);
          else job.resolve(outcome.value);
        });
      });
    } catch (error) {
      // What is no refusal breaks the whole transaction: find out whose it is by giving each its own. Not where it may
      // have been committed: nothing may take effect twice.
      const parts = mayHaveCommitted(error) ? [] : split(loads);
      if (parts.length > 1) for (const part of parts) await this.#run([part]);
      else for (const { jobs } of loads) for (const job of jobs) job.reject(error);
    }
  }
}

/** The first jobs of a lane that fit; one that fits no transaction goes alone. */
function takeJobs(lane: Job[], jobsMax: number, bytesMax: number, isFirst: boolean): Job[] {
  let count = 0;
  let sizeBytes = 0;
  for (const job of lane) {
    sizeBytes += job.sizeBytes;
    if (count === jobsMax || (sizeBytes > bytesMax && !(isFirst && count === 0))) break;
    count++;
  }
  return lane.splice(0, count);
}

/** By rooms; the jobs of a single room one by one. */
function split(loads: readonly Load[]): Load[] {
  return loads.length > 1
    ? [...loads]
    : loads.flatMap(({ room, jobs }) => jobs.map((job) => ({ room, jobs: [job] })));
}

async function judgeLoads(writer: RoomsWriter, loads: readonly Load[]): Promise<Outcome[][]> {
  const drafts: RoomDraft[] = [];
  const outcomes: Outcome[][] = [];
  for (const { room, jobs } of loads) {
    const draft = await writer.draft(room);
    if (draft) drafts.push(draft);
    outcomes.push(await judgeAll(writer, draft, jobs));
  }
  // Only now: the events of all rooms are being signed side by side.
  for (const draft of drafts) await draft.finish();
  return outcomes;
}

async function judgeAll(
  writer: RoomsWriter,
  draft: RoomDraft | undefined,
  jobs: readonly Job[],
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const job of jobs) {
    try {
      if (!draft) throw new ProtocolError('notFound', 'This server knows no such room.');
      outcomes.push({ value: await job.judge(draft, writer) });
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      outcomes.push({ refusal: error });
    }
  }
  return outcomes;
}
