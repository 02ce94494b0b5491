// Counts the rows that are read through a snapshot, for reports of what a check has looked at.
import type { Snapshot } from '#store/contract';

/** The same reads; `onRead` is told how many rows each of them found. */
export function countRows(snapshot: Snapshot, onRead: (rows: number) => void): Snapshot {
  return {
    async get(key) {
      const value = await snapshot.get(key);
      if (value !== undefined) onRead(1);
      return value;
    },
    async getRange(range, options) {
      const page = await snapshot.getRange(range, options);
      onRead(page.entries.length);
      return page;
    },
    position: () => snapshot.position(),
  };
}
