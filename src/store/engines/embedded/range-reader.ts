// One page of a range as a transaction sees it: its own writes over the history at its version over the view of the
// backing. Where neither has anything in the range the page of the backing is the answer.

import type { KeyRange, KeyValue, Page } from '#store/contract';
import { type BackingView, emptyPage } from '#store/engines/embedded/backing';
import { fromByteString, toByteString } from '#store/engines/embedded/byte-string';
import type { History } from '#store/engines/embedded/history';
import type { OwnWrites } from '#store/engines/embedded/own-writes';
import type { ByteStringRange } from '#store/engines/embedded/range-set';
import type { Snapshot } from '#store/engines/embedded/snapshots';

export interface RangeRequest {
  readonly begin: string;
  readonly end: string;
  readonly limit: number | undefined;
  readonly reverse: boolean;
}

export interface RangeSources {
  readonly own: OwnWrites | undefined;
  readonly history: History;
  readonly snapshot: Snapshot;
  readonly version: number;
  /** The value of a key that this transaction has changed by atomic operations. */
  completedValue(key: string, bytes: Buffer): Buffer | undefined;
}

/** What lies over the backing at one key. No value: nothing is there. */
interface Patch {
  readonly key: string;
  readonly bytes: Buffer;
  readonly value: Buffer | undefined;
}

/** Entries in a page when the caller names no limit. */
const pageEntries = 500;

/** A page; a promise only where a backing has to be asked. */
export function readRange(
  request: RangeRequest,
  range: KeyRange,
  sources: RangeSources,
): Page | Promise<Page> {
  const { view } = sources.snapshot;
  const limit = request.limit ?? pageEntries;
  const patches = collectPatches(request, limit, sources);
  if (view === undefined) return pageOfPatches(patches, limit);
  if (patches.length === 0 && !mayBeCleared(request, sources)) {
    return view.page(range, request.limit, request.reverse);
  }
  return mergePages(request, limit, view, patches, sources);
}

function mayBeCleared({ begin, end }: RangeRequest, { own, history, snapshot }: RangeSources): boolean {
  return (own?.touches(begin, end) ?? false) || history.rangeWasCleared(begin, end, snapshot.version);
}

function pageOfPatches(patches: readonly Patch[], limit: number): Page {
  const entries: KeyValue[] = [];
  for (const { bytes, value } of patches) {
    if (value === undefined) continue;
    if (entries.length === limit) break;
    entries.push({ key: bytes, value });
  }
  return { entries, more: entries.length === limit };
}

/** What own writes and history say of the range, in the order of reading; enough of it to fill `limit` entries. */
function collectPatches(request: RangeRequest, limit: number, sources: RangeSources): Patch[] {
  const { begin, end, reverse } = request;
  const { own, history, version, completedValue } = sources;
  const ownPatches: Patch[] = [];
  own?.scan(begin, end, reverse, (key, { bytes, value, complete }) => {
    ownPatches.push({ key, bytes, value: complete ? completedValue(key, bytes) : value });
    return true;
  });
  const committed: Patch[] = [];
  let present = 0;
  history.scan(begin, end, version, reverse, (revision) => {
    if (own?.find(revision.key) !== undefined) return true;
    committed.push(revision);
    if (revision.value !== undefined) present++;
    // With so many entries present the page is full before anything behind them matters.
    return present < limit;
  });
  if (ownPatches.length === 0) return committed;
  return mergeSorted(ownPatches, committed, reverse);
}

function mergeSorted(one: readonly Patch[], other: readonly Patch[], reverse: boolean): Patch[] {
  const merged: Patch[] = [];
  let index = 0;
  for (const patch of one) {
    while (index < other.length && comesBefore(other[index]!.key, patch.key, reverse))
      merged.push(other[index++]!);
    merged.push(patch);
  }
  while (index < other.length) merged.push(other[index++]!);
  return merged;
}

function comesBefore(one: string, other: string, reverse: boolean): boolean {
  return reverse ? one > other : one < other;
}

async function mergePages(
  request: RangeRequest,
  limit: number,
  view: BackingView,
  patches: readonly Patch[],
  sources: RangeSources,
): Promise<Page> {
  const { reverse } = request;
  const entries: KeyValue[] = [];
  let { begin, end } = request;
  let nextPatch = 0;
  // Emits the patches that come before `key`; all that are left without one.
  const emitPatches = (key: string | undefined) => {
    for (; nextPatch < patches.length && entries.length < limit; nextPatch++) {
      const patch = patches[nextPatch]!;
      if (key !== undefined && !comesBefore(patch.key, key, reverse)) return;
      if (patch.value !== undefined) entries.push({ key: patch.bytes, value: patch.value });
    }
  };
  while (entries.length < limit) {
    ({ begin, end } = skipCleared(begin, end, reverse, sources));
    if (begin >= end) break;
    const range = { begin: fromByteString(begin), end: fromByteString(end) };
    const page = await view.page(range, request.limit, reverse);
    for (const entry of page.entries) {
      const key = toByteString(entry.key);
      emitPatches(key);
      if (entries.length === limit) break;
      if (reverse) end = key;
      else begin = `${key}\0`;
      if (patches[nextPatch]?.key === key) {
        const { bytes, value } = patches[nextPatch++]!;
        if (value !== undefined) entries.push({ key: bytes, value });
      } else if (!isCleared(key, sources)) entries.push(entry);
      if (entries.length === limit) break;
    }
    if (!page.more) break;
    if (request.limit === undefined && entries.length > 0) return { entries, more: true };
  }
  emitPatches(undefined);
  return entries.length === 0 ? emptyPage : { entries, more: entries.length === limit };
}

function isCleared(key: string, { own, history, snapshot, version }: RangeSources): boolean {
  return own?.clearedAround(key) !== undefined || history.wasCleared(key, snapshot.version, version);
}

/** Passes what this transaction has cleared at the near end of what is left, without reading it. */
function skipCleared(begin: string, end: string, reverse: boolean, { own }: RangeSources): ByteStringRange {
  if (own === undefined) return { begin, end };
  // In reverse the nearest key is just below `end`; a range reaches up to there if it holds or ends at it.
  const cleared = reverse ? own.clearedBelow(end) : own.clearedAround(begin);
  if (cleared === undefined) return { begin, end };
  return reverse ? { begin, end: cleared.begin } : { begin: cleared.end, end };
}
