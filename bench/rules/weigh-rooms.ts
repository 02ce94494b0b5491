// What the rooms database holds, in rows and bytes of keys and values, by table.
import type { RoomsDatabase } from '#databases/rooms/rooms-database';
import type { KeyRange, Page, Store } from '#store/contract';
import { findDirectory } from '#store/directory';
import { keyAfter, prefixRange } from '#store/key-range';
import { nameKey } from '#store/keyspace';

export interface Weight {
  readonly rows: number;
  readonly bytes: number;
}

/** By the name of the table; what no table declares counts as `log`. */
export async function weighRooms(store: Store, { tables }: RoomsDatabase): Promise<Map<string, Weight>> {
  const weights = new Map<string, Weight>();
  const prefix = await store.read((snapshot) => findDirectory(snapshot, ['hearth', 'rooms']));
  if (prefix === undefined) return weights;
  const { end, ...range } = prefixRange(prefix);
  let begin: Buffer | undefined = range.begin;
  while (begin !== undefined) {
    const rest: KeyRange = { begin, end };
    const page: Page = await store.read((snapshot) => snapshot.getRange(rest));
    for (const { key, value } of page.entries) {
      const name = nameKey(tables, key)?.replace(/\(.*$/s, '') ?? 'log';
      const { rows, bytes } = weights.get(name) ?? { rows: 0, bytes: 0 };
      weights.set(name, { rows: rows + 1, bytes: bytes + key.length + value.length });
    }
    const last = page.entries.at(-1);
    begin = page.more && last ? keyAfter(last.key) : undefined;
  }
  return weights;
}
