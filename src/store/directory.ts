// Directories: long names stand for short prefixes, so that keys stay short and databases that share a cluster stay
// apart. The nodes are those of FoundationDB's directory layer, byte for byte (apple/foundationdb, developer guide,
// "Directories", and its language bindings' layout), so that its tools list ours and both allocate from one counter.
import type { Snapshot, Store, Transaction } from '#store/contract';
import { keyAfter, prefixRange } from '#store/key-range';
import { packTuple, unpackTuple } from '#store/tuple';

export interface DirectoryEntry {
  readonly path: readonly string[];
  /** Every key of the directory begins with it. */
  readonly prefix: Buffer;
}

/** Below this byte lie the nodes; no tuple begins with it, so no contents do. */
const nodesPrefix: Buffer = Buffer.of(0xfe);
const rootNode = nodeOf(nodesPrefix);
const versionKey = packTuple([Buffer.from('version')], rootNode);
/** Three little-endian 32-bit numbers: major, minor, patch. */
const layoutVersion = Buffer.from('010000000000000000000000', 'hex');
const allocator = packTuple([Buffer.from('hca')], rootNode);
const counters = packTuple([0], allocator);
const recent = packTuple([1], allocator);
const subdirectories = 0;
const empty = Buffer.alloc(0);
const one = Buffer.from('0100000000000000', 'hex');

function nodeOf(prefix: Buffer): Buffer {
  return packTuple([prefix], nodesPrefix);
}

function childKey(node: Buffer, name: string): Buffer {
  return packTuple([subdirectories, name], node);
}

/**
 * Opens the directory at `path`, creating it and those above it on first use; those who create it at the same time
 * get the same prefix. A prefix is a tuple-encoded integer from a counter and is never given out twice.
 */
export async function openDirectory(store: Store, path: readonly string[]): Promise<Buffer> {
  if (path.length === 0) throw new RangeError('a directory has a path of at least one name');
  const existing = await store.read((reader) => findDirectory(reader, path));
  if (existing) return existing;
  const { value } = await store.transact(
    async (transaction) => {
      await prepareLayout(transaction);
      let prefix = nodesPrefix;
      for (const name of path) {
        const key = childKey(nodeOf(prefix), name);
        prefix = (await transaction.get(key)) ?? (await createDirectory(transaction, key));
      }
      return prefix;
    },
    { idempotent: true },
  );
  return value;
}

/** The prefix of a directory, or undefined where there is none. */
export async function findDirectory(reader: Snapshot, path: readonly string[]): Promise<Buffer | undefined> {
  let prefix: Buffer | undefined = nodesPrefix;
  for (const name of path) {
    if (!prefix) return undefined;
    prefix = await reader.get(childKey(nodeOf(prefix), name));
  }
  return prefix;
}

/** Every directory with its path, parents before their children. */
export function listDirectories(store: Store): Promise<DirectoryEntry[]> {
  return store.read((reader) => listBelow(reader, []));
}

async function listBelow(
  reader: Snapshot,
  path: readonly string[],
  parent = nodesPrefix,
): Promise<DirectoryEntry[]> {
  const node = nodeOf(parent);
  const found: DirectoryEntry[] = [];
  for await (const { key, value: prefix } of entriesOf(reader, packTuple([subdirectories], node))) {
    const [, name] = unpackTuple(key, node.length) as [number, string];
    const entry = { path: [...path, name], prefix };
    found.push(entry, ...(await listBelow(reader, entry.path, prefix)));
  }
  return found;
}

async function* entriesOf(reader: Snapshot, prefix: Buffer) {
  let { begin, end } = prefixRange(prefix);
  for (;;) {
    const page = await reader.getRange({ begin, end });
    yield* page.entries;
    const last = page.entries.at(-1);
    if (!page.more || !last) return;
    begin = keyAfter(last.key);
  }
}

/** Writes the layout's version on first use, and refuses one that is newer than we know. */
async function prepareLayout(transaction: Transaction): Promise<void> {
  const version = await transaction.get(versionKey);
  if (!version) transaction.set(versionKey, layoutVersion);
  else if (
    version.length !== layoutVersion.length ||
    version.readUInt32LE(0) > layoutVersion.readUInt32LE(0)
  ) {
    throw new Error(
      `this store's directories have layout ${version.toString('hex')}, which is not ours to write`,
    );
  }
}

async function createDirectory(transaction: Transaction, key: Buffer): Promise<Buffer> {
  const prefix = await allocatePrefix(transaction);
  transaction.set(key, prefix);
  transaction.set(packTuple([Buffer.from('layer')], nodeOf(prefix)), empty);
  return prefix;
}

/** Prefixes come from windows of numbers; a window that is half full gives way to the next (larger) one. */
function windowSize(start: number): number {
  if (start < 255) return 64;
  return start < 65_535 ? 1_024 : 8_192;
}

/** The lowest number of the present window that is free, and whose keys are. */
async function allocatePrefix(transaction: Transaction): Promise<Buffer> {
  const start = await chooseWindow(transaction);
  const taken = new Set<number>();
  for await (const { key } of entriesOf(transaction, recent)) {
    taken.add(unpackTuple(key, recent.length)[0] as number);
  }
  for (let candidate = start; ; candidate++) {
    if (taken.has(candidate)) continue;
    const prefix = packTuple([candidate]);
    transaction.set(packTuple([candidate], recent), empty);
    const page = await transaction.getRange(prefixRange(prefix), { limit: 1 });
    if (page.entries.length === 0) return prefix;
  }
}

/** Counts one more allocation and answers with the first number of the window to allocate from. */
async function chooseWindow(transaction: Transaction): Promise<number> {
  const newest = (await transaction.getRange(prefixRange(counters), { limit: 1, reverse: true })).entries[0];
  let start = newest ? (unpackTuple(newest.key, counters.length)[0] as number) : 0;
  for (;;) {
    const counter = packTuple([start], counters);
    transaction.add(counter, one);
    const count = await transaction.get(counter);
    if (Number(count?.readBigInt64LE() ?? 0n) * 2 < windowSize(start)) return start;
    start += windowSize(start);
    for (const subspace of [counters, recent]) {
      transaction.clearRange({ begin: subspace, end: packTuple([start], subspace) });
    }
  }
}
