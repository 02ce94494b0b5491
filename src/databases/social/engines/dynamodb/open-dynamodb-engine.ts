// The social records on DynamoDB. It has no transactions that all compatible services share, so that writes of several items
// are committed from here, with locks and a journal (commit-changes.ts); indices lag, and are only believed where the record
// itself agrees (index-entries.ts). Tables cost money: only `dynamodb-tables.ts` makes them.
import { openChangeSignal } from '#databases/social/engines/change-signal';
import { checkItems } from '#databases/social/engines/dynamodb/check-items';
import { ChangeCommitter } from '#databases/social/engines/dynamodb/commit-changes';
import { type Call, connectDynamodb } from '#databases/social/engines/dynamodb/dynamodb-call';
import { type Layout, layoutOf } from '#databases/social/engines/dynamodb/dynamodb-layout';
import { DynamodbRecordReader } from '#databases/social/engines/dynamodb/dynamodb-record-reader';
import { DynamodbRecordWriter } from '#databases/social/engines/dynamodb/dynamodb-record-writer';
import { nameOf, parseDynamodbUri } from '#databases/social/engines/dynamodb/dynamodb-uri';
import { ItemLocks } from '#databases/social/engines/dynamodb/item-locks';
import { type ItemRequests, itemRequests } from '#databases/social/engines/dynamodb/item-requests';
import { Journals } from '#databases/social/engines/dynamodb/journals';
import { hasLayout } from '#databases/social/engines/dynamodb/layout-note';
import { backOff, NoTableError, sendingTo } from '#databases/social/engines/dynamodb/send-request';
import { type SweepParts, sweepJournals } from '#databases/social/engines/dynamodb/sweep-journals';
import { ConflictError, UnknownOutcomeError } from '#databases/social/engines/dynamodb/transaction-errors';
import { Turns } from '#databases/social/engines/dynamodb/turns';
import { openTimeSortedIds, placeOfId } from '#databases/social/engines/time-sorted-ids';
import type { EnginePromises, RecordEngine, WriteOptions, Writing } from '#databases/social/record-engine';
import type { Awaitable } from '#support/awaitable';
import type { Clock } from '#support/clock';
import { ProtocolError } from '#support/errors';
import { dynamodbSweepMs, dynamodbWriteTriesMax } from '#support/limits';
import type { Logger } from '#support/logging';
import { type Random, randomToken } from '#support/random';

export interface DynamodbParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** What requests go through on their way: tests lose and delay some. */
  readonly through?: (call: Call) => Call;
}

const promises: EnginePromises = {
  commit: 'stepwise',
  isolation: 'records',
  listings: 'delayed',
  places: 'clock',
  keeps: true,
};

/** Opens the records named by a `dynamodb:` URI. @throws Error in one sentence where they cannot be opened */
export async function openDynamodbEngine(uri: string, parts: DynamodbParts): Promise<RecordEngine> {
  const named = parseDynamodbUri(uri);
  const { clock, random, logger } = parts;
  await using opening = new AsyncDisposableStack();
  const connection = opening.use(connectDynamodb(named));
  const call = parts.through ? parts.through(connection.call) : connection.call;
  const layout = layoutOf(named.prefix);
  const requests = itemRequests(sendingTo(call, parts), parts);
  const journals = new Journals(requests, layout, clock);
  const locks = new ItemLocks(requests, layout, journals, parts);
  if (!(await isComplete(requests, layout))) {
    throw new Error(
      `${nameOf(named)} lacks tables: make them with "hearth social tables create --social ${uri}".`,
    );
  }
  await sweepJournals({ journals, locks, clock }, true);
  const background = new Set<Promise<void>>();
  opening.defer(async () => {
    await Promise.all(background);
  });
  opening.use(sweeping({ journals, locks, clock }, logger));
  const committer = new ChangeCommitter({
    requests,
    layout,
    journals,
    locks,
    logger,
    inBackground: (task) => {
      background.add(task);
      void task.then(() => background.delete(task));
    },
  });
  const ids = openTimeSortedIds(clock, random);
  const changes = openChangeSignal(clock);
  const turns = new Turns();
  const closing = opening.move();

  async function write<T>(
    body: (writing: Writing) => Awaitable<T>,
    { idempotent = false }: WriteOptions = {},
  ): Promise<T> {
    // A write that tries again stays as old as it is, so that others make way for it in the end.
    const age = placeOfId(ids());
    let endTurn = () => {};
    try {
      for (let tries = 1; ; tries++) {
        const records = new DynamodbRecordWriter(requests, layout, locks, () => placeOfId(ids()));
        let isWaking = false;
        try {
          const value = await body({ records, wake: () => (isWaking = true) });
          await committer.commit(records.changes(), `${age}-${randomToken(random, 8)}`);
          if (isWaking) changes.wake();
          return value;
        } catch (error) {
          if (error instanceof UnknownOutcomeError && !idempotent) {
            throw new ProtocolError('unavailable', 'DynamoDB did not say whether a write was carried out.');
          }
          const isMet = error instanceof ConflictError || error instanceof UnknownOutcomeError;
          if (!isMet) throw error;
          if (tries === dynamodbWriteTriesMax) {
            throw new ProtocolError('unavailable', 'Others change the same records all the time.');
          }
          endTurn();
          endTurn = await turns.take(error instanceof ConflictError ? error.key : error.message);
        }
        if (tries > 1) await backOff(parts, tries - 1);
      }
    } finally {
      endTurn();
    }
  }

  return {
    name: nameOf(named),
    promises,
    read: async (body) => body(new DynamodbRecordReader(requests, layout)),
    write,
    mark: changes.mark,
    untilChanged: changes.untilChanged,
    check: () => checkItems(requests, layout, journals, locks),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

async function isComplete(requests: ItemRequests, layout: Layout): Promise<boolean> {
  try {
    return await hasLayout(requests, layout);
  } catch (error) {
    if (error instanceof NoTableError) return false;
    throw error;
  }
}

/** Sweeps at intervals until it is disposed of. */
function sweeping(parts: SweepParts, logger: Logger): AsyncDisposable {
  const stopped = new AbortController();
  const loop = async () => {
    for (;;) {
      await parts.clock.sleep(dynamodbSweepMs, stopped.signal);
      if (stopped.signal.aborted) return;
      await sweepJournals(parts, false).catch((error: unknown) =>
        logger.warn({ error }, 'writes on DynamoDB that others left could not be completed'),
      );
    }
  };
  const running = loop();
  return {
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await running;
    },
  };
}
