// One hot room must not become a storm of conflicts: what is to be appended to a room waits in the room's lane, and all
// that wait are judged in one transaction. Rooms that are ready at the same moment share it, since a transaction costs
// more than a message does. A refusal fails only itself. What does not simply follow the room's history, and therefore
// needs what others of its transaction have not committed yet, goes alone.
import { mayHaveCommitted } from '#databases/outcome';
import type { RoomDraft } from '#databases/rooms/room-draft';
import type { RoomsDatabase } from '#databases/rooms/rooms-database';
import type { RoomsReader } from '#databases/rooms/rooms-reader';
import type { RoomsWriter } from '#databases/rooms/rooms-writer';
import type { RoomId } from '#protocol/matrix/identifiers';
import { ProtocolError } from '#support/errors';
import { laneBatchBytesMax, laneBatchJobsMax, laneTransactionsMax, laneWaitingMax } from '#support/limits';

/**
 * Judges one request on the room as it then is, and appends what it leads to. It is pure but for that (it may run
 * twice) and throws a `ProtocolError`, or `GoesAlone`, before it appends anything, or never.
 */
type Judge<T> = (draft: RoomDraft, writer: RoomsWriter) => Promise<T>;

/**
 * Thrown by a judge that cannot share a transaction: it is asked again alone, before everything that came after it.
 * What takes long is computed from a snapshot first, by `rehearse`, so that the transaction finds it done.
 */
export class GoesAlone extends Error {
  readonly rehearse: (reader: RoomsReader) => Promise<unknown>;

  constructor(rehearse: (reader: RoomsReader) => Promise<unknown>) {
    super('This request needs a transaction of its own.');
    this.name = 'GoesAlone';
    this.rehearse = rehearse;
  }
}

interface Job {
  readonly sizeBytes: number;
  readonly judge: Judge<unknown>;
  /** Set once it has turned out that the job must go alone. */
  readonly alone?: GoesAlone;
  readonly isRehearsed?: true;
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

type Outcome =
  | { readonly value: unknown }
  | { readonly refusal: ProtocolError }
  /** Not judged: the job, or one before it, goes alone. */
  | { readonly putBack: GoesAlone | undefined };

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
    const { room, jobs } = loads[0] as Load;
    if (jobs[0]?.alone) await this.#runAlone(room, jobs[0] as Job);
    else for (const back of await this.#run(loads)) this.#putBack(back);
    this.#transactions--;
    for (const { room } of loads) this.#release(room);
    this.#call();
  }

  /** Lets the room's next jobs go. A rehearsal comes first where one is due, without keeping other rooms waiting. */
  #release(room: RoomId): void {
    const next = this.#waiting.get(room)?.[0];
    if (next?.alone && !next.isRehearsed) {
      void this.#rehearse(room, next, next.alone);
      return;
    }
    this.#underWay.delete(room);
    if (next) this.#ready.add(room);
  }

  async #rehearse(room: RoomId, job: Job, { rehearse }: GoesAlone): Promise<void> {
    try {
      await this.#rooms.read(rehearse);
      this.#replaceFirst(room, [{ ...job, isRehearsed: true }]);
    } catch (error) {
      this.#replaceFirst(room, []);
      job.reject(error);
    }
    this.#release(room);
    this.#call();
  }

  /** Only the head of the lane: others may have come behind it. */
  #replaceFirst(room: RoomId, jobs: readonly Job[]): void {
    const lane = this.#waiting.get(room) as Job[];
    lane.splice(0, 1, ...jobs);
    if (lane.length === 0) this.#waiting.delete(room);
  }

  #takeLoads(): Load[] {
    const loads: Load[] = [];
    let [jobsLeft, bytesLeft] = [laneBatchJobsMax, laneBatchBytesMax];
    for (const room of this.#ready) {
      if (jobsLeft <= 0 || bytesLeft <= 0) break;
      const lane = this.#waiting.get(room) as Job[];
      const isFirst = loads.length === 0;
      const goesAlone = lane[0]?.alone !== undefined;
      if (goesAlone && !isFirst) break;
      const jobs = goesAlone ? lane.splice(0, 1) : takeJobs(lane, jobsLeft, bytesLeft, isFirst);
      if (jobs.length === 0) break;
      jobsLeft -= jobs.length;
      bytesLeft -= jobs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      if (lane.length === 0) this.#waiting.delete(room);
      this.#ready.delete(room);
      this.#underWay.add(room);
      loads.push({ room, jobs });
      if (goesAlone) break;
    }
    return loads;
  }

  /** Judges loads in one transaction and tells each job what became of it; answers what must wait. Never rejects. */
  async #run(loads: readonly Load[]): Promise<Load[]> {
    try {
      const { value: outcomes } = await this.#rooms.write((writer) => judgeLoads(writer, loads));
      return loads.map(({ room, jobs }, load) => ({ room, jobs: tell(jobs, outcomes[load] as Outcome[]) }));
    } catch (error) {
      // What is no refusal breaks the whole transaction: find out whose it is by giving each its own. Not where it may
      // have been committed: nothing may take effect twice.
      const parts = mayHaveCommitted(error) ? [] : split(loads);
      if (parts.length > 1) return this.#runApart(parts);
      for (const { jobs } of loads) for (const job of jobs) job.reject(error);
      return [];
    }
  }

  /** A transaction for each; in a room where something must wait, everything behind it waits too. */
  async #runApart(parts: readonly Load[]): Promise<Load[]> {
    const back = new Map<RoomId, Job[]>();
    for (const { room, jobs } of parts) {
      const before = back.get(room) ?? [];
      const waiting =
        before.length > 0 ? jobs : (await this.#run([{ room, jobs }])).flatMap((load) => load.jobs);
      back.set(room, [...before, ...waiting]);
    }
    return [...back].map(([room, jobs]) => ({ room, jobs }));
  }

  #putBack({ room, jobs }: Load): void {
    if (jobs.length > 0) this.#waiting.set(room, [...jobs, ...(this.#waiting.get(room) ?? [])]);
  }

  /** One job in a transaction of its own; never rejects. */
  async #runAlone(room: RoomId, job: Job): Promise<void> {
    try {
      const { value } = await this.#rooms.write(async (writer) => {
        const draft = await writer.draft(room, true);
        if (!draft) throw unknownRoom();
        const answer = await job.judge(draft, writer);
        await draft.finish();
        return answer;
      });
      job.resolve(value);
    } catch (error) {
      job.reject(error);
    }
  }
}

/** Tells jobs what became of them; answers those that were not judged. */
function tell(jobs: readonly Job[], outcomes: readonly Outcome[]): Job[] {
  return jobs.flatMap((job, index) => {
    const outcome = outcomes[index] as Outcome;
    if ('putBack' in outcome) return [outcome.putBack ? { ...job, alone: outcome.putBack } : job];
    if ('refusal' in outcome) job.reject(outcome.refusal);
    else job.resolve(outcome.value);
    return [];
  });
}

function unknownRoom(): ProtocolError {
  return new ProtocolError('notFound', 'This server knows no such room.');
}

/** The first jobs of a lane that fit, up to one that goes alone; one that fits no transaction has one to itself. */
function takeJobs(lane: Job[], jobsMax: number, bytesMax: number, isFirst: boolean): Job[] {
  let count = 0;
  let sizeBytes = 0;
  for (const job of lane) {
    sizeBytes += job.sizeBytes;
    if (job.alone || count === jobsMax || (sizeBytes > bytesMax && !(isFirst && count === 0))) break;
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
  let isPutBack = false;
  for (const job of jobs) {
    if (isPutBack) {
      outcomes.push({ putBack: undefined });
      continue;
    }
    try {
      if (!draft) throw unknownRoom();
      outcomes.push({ value: await job.judge(draft, writer) });
    } catch (error) {
      // What follows may rest on this one: it keeps its place behind it.
      isPutBack = error instanceof GoesAlone;
      if (error instanceof GoesAlone) outcomes.push({ putBack: error });
      else if (error instanceof ProtocolError) outcomes.push({ refusal: error });
      else throw error;
    }
  }
  return outcomes;
}
