// Copies all records from one back end into another: page by page in the order in which they came to be, so that listings
// keep their order, with the progress kept in the target, so that a copy that was broken off goes on where it was.
import type { Cursor, CursorPage, RecordReader } from '#databases/social/record-access';
import type { RecordEngine } from '#databases/social/record-engine';
import { type CopyRecord, copies } from '#databases/social/records/copies';
import type { AnyRecord, RecordType } from '#databases/social/records/record-type';
import { recordTypes } from '#databases/social/records/record-types';
import { ProtocolError } from '#support/errors';
import { copyBatchBytesMax, copyPageRecordsMax } from '#support/limits';

/** A type seen without its parameters, as what goes through all types sees it. */
export type AnyRecordType = RecordType<AnyRecord, string, string, string, string>;

/** What is copied. Leases belong to processes, and a copy's progress to the copy. */
export const copiedTypes = Object.values(recordTypes).filter(
  ({ name }) => name !== 'leases' && name !== 'copies',
) as unknown as readonly AnyRecordType[];

/** A record with the texts that belong to it. */
export interface WholeRecord {
  readonly record: AnyRecord;
  readonly texts: Readonly<Record<string, string | undefined>>;
}

export interface CopyProgress {
  readonly type: string;
  /** Records of this type that are in the target. */
  readonly copied: number;
  /** Records of this type in the source, where it counts them. */
  readonly total: number | undefined;
}

/**
 * Copies what has not been copied yet. Nothing else may write to either side meanwhile.
 * @throws ProtocolError conflict where the target holds records that are not of this copy
 */
export async function copyRecords(
  from: RecordEngine,
  to: RecordEngine,
  { onProgress, signal }: { onProgress(progress: CopyProgress): void; signal: AbortSignal },
): Promise<void> {
  await beginOrResume(from, to);
  for (const type of copiedTypes) await copyType(from, to, type, { onProgress, signal });
}

/** Ends the copy: the target is a back end like any other from now on. */
export async function endCopy(to: RecordEngine): Promise<void> {
  await to.write(
    async ({ records }) => {
      for (const type of copiedTypes) await records.remove(copies, { type: type.name });
    },
    { idempotent: true },
  );
}

/** A type of which a back end holds records already, if there is any. */
export async function heldType(engine: RecordEngine): Promise<string | undefined> {
  for (const type of copiedTypes) {
    const { items } = await engine.read((records) => records.scan(type, { limit: 1 }));
    if (items.length > 0) return type.name;
  }
  return undefined;
}

/** The source of a copy into this back end that has begun and not ended. */
export async function unfinishedCopy(engine: RecordEngine): Promise<string | undefined> {
  const { items } = await engine.read((records) => records.scan(copies, { limit: 1 }));
  return items[0]?.source;
}

async function beginOrResume(from: RecordEngine, to: RecordEngine): Promise<void> {
  const source = await unfinishedCopy(to);
  if (source !== undefined && source !== from.name) {
    throw new ProtocolError(
      'conflict',
      `A copy from ${source} into ${to.name} has begun: end that one first.`,
    );
  }
  if (source !== undefined) return;
  const held = await heldType(to);
  if (held !== undefined) {
    throw new ProtocolError(
      'conflict',
      `${to.name} holds records already (${held}): the target must be empty.`,
    );
  }
  await to.write(
    async ({ records }) => {
      for (const { name } of copiedTypes) {
        await records.put(copies, { type: name, source: from.name, copied: 0, isDone: false });
      }
    },
    { idempotent: true },
  );
}

async function copyType(
  from: RecordEngine,
  to: RecordEngine,
  type: AnyRecordType,
  { onProgress, signal }: { onProgress(progress: CopyProgress): void; signal: AbortSignal },
): Promise<void> {
  const total =
    type.created === undefined ? undefined : await from.read((records) => records.countCreated(type));
  let progress = await to.read((records) => records.get(copies, { type: type.name }));
  while (progress && !progress.isDone) {
    signal.throwIfAborted();
    const before: CopyRecord = progress;
    const page = await from.read((records) => readWhole(records, type, before.cursor as Cursor | undefined));
    const { cursor: _done, ...rest } = before;
    const after: CopyRecord = {
      ...rest,
      ...(page.next === undefined ? {} : { cursor: page.next }),
      copied: before.copied + page.items.length,
      isDone: page.next === undefined,
    };
    // Broken off in between, the page is written again.
    for (const batch of batchesOf(page.items)) await putBatch(to, type, batch);
    await to.write(({ records }) => records.put(copies, after), { idempotent: true });
    progress = after;
    onProgress({ type: type.name, copied: after.copied, total });
  }
}

/** A page of whole records of a type: in order of time where the type has one. */
export async function readWhole(
  records: RecordReader,
  type: AnyRecordType,
  cursor: Cursor | undefined,
): Promise<CursorPage<WholeRecord>> {
  const request = { limit: copyPageRecordsMax, cursor };
  const page =
    type.created === undefined ? await records.scan(type, request) : await records.listCreated(type, request);
  const items = await Promise.all(
    page.items.map(async (record) => {
      const texts = await Promise.all(type.texts.map((name) => records.text(type, record as never, name)));
      return { record, texts: Object.fromEntries(type.texts.map((name, index) => [name, texts[index]])) };
    }),
  );
  return { ...page, items };
}

/** As many records at a time as a transaction likes to hold. */
function* batchesOf(items: readonly WholeRecord[]): Generator<readonly WholeRecord[]> {
  let batch: WholeRecord[] = [];
  let bytes = 0;
  for (const item of items) {
    const itemBytes = Buffer.byteLength(JSON.stringify(item));
    if (batch.length > 0 && bytes + itemBytes > copyBatchBytesMax) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(item);
    bytes += itemBytes;
  }
  if (batch.length > 0) yield batch;
}

function putBatch(to: RecordEngine, type: AnyRecordType, batch: readonly WholeRecord[]): Promise<void> {
  return to.write(
    async ({ records }) => {
      for (const { record, texts } of batch) await records.put(type, record, texts);
    },
    { idempotent: true },
  );
}
