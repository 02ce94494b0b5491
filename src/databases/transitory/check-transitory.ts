// The consistency check of the transitory database: from the entries of streams, where each slot's entry lies is made
// anew in memory and compared with what is stored.
import type { TransitoryTables } from '#databases/transitory/transitory-reader';
import type { Snapshot } from '#store/contract';
import { type CheckReport, compareRows } from '#support/difference';

const keyOf = (...parts: readonly string[]): string => parts.join(' | ');

export async function checkTransitory(tables: TransitoryTables, snapshot: Snapshot): Promise<CheckReport> {
  const slots = new Map<string, string>();
  const foundSlots = new Map<string, string>();
  let entries = 0;
  for await (const { key, value } of tables.typing.scan(snapshot)) {
    entries++;
    const [room, at] = key;
    const slot = keyOf(room, value.slot);
    // Entries come in the order of their positions: one that has a successor in its slot should have been removed.
    const stray = slots.get(slot);
    if (stray !== undefined) slots.set(`${slot} (left behind)`, stray);
    slots.set(slot, String(at));
  }
  for await (const { key, value } of tables.typingSlots.scan(snapshot)) {
    foundSlots.set(keyOf(...key), String(value.at));
  }
  return {
    rowsRead: entries + foundSlots.size,
    differences: compareRows('typingSlots', slots, foundSlots),
  };
}
