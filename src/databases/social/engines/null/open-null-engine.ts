// The back end that keeps nothing (`null:`): every write is accepted, and nothing is ever found. For servers that speak no
// ActivityPub, and to measure what everything but the keeping costs.
import type { Cursor, RecordReader, RecordWriter } from '#databases/social/record-access';
import type { Mark, RecordEngine } from '#databases/social/record-engine';
import type { Difference } from '#support/difference';
import { ProtocolError } from '#support/errors';

export function openNullEngine(): RecordEngine {
  return {
    name: 'null:',
    promises: {
      commit: 'atomic',
      isolation: 'serializable',
      listings: 'current',
      places: 'commit',
      keeps: false,
    },
    read: async (body) => body(emptyReader),
    write: async (body) => body({ records: forgetfulWriter, wake: () => undefined }),
    mark: async () => '' as Mark,
    untilChanged: (_after, signal) => untilAborted(signal),
    check: () => checkNothing(),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

const emptyReader: RecordReader = {
  get: async () => undefined,
  find: async () => undefined,
  list: async () => [],
  listByKey: async () => [],
  count: async () => 0,
  listCreated: async (_type, { cursor }) => emptyPage(cursor),
  countCreated: async () => 0,
  scan: async (_type, { cursor }) => emptyPage(cursor),
  text: async () => undefined,
};

const forgetfulWriter: RecordWriter = {
  ...emptyReader,
  insert: async () => undefined,
  put: async () => true,
  remove: async () => undefined,
};

/** No page has another behind it, so no cursor was ever given out. */
function emptyPage(cursor: Cursor | undefined): { readonly items: readonly never[] } {
  if (cursor === undefined) return { items: [] };
  throw new ProtocolError('invalidParam', 'This cursor was not given out for this listing.');
}

/** Nothing is ever queued. */
async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

async function* checkNothing(): AsyncGenerator<Difference, number> {
  yield* [];
  return 0;
}
