// States as maps, for callers who have them whole in memory, and what several of them disagree on. Room version 2,
// "State resolution", "Definitions".
import type { StateKey } from '#protocol/matrix/auth-events';
import type { EventId } from '#protocol/matrix/identifiers';
import type { ConflictedKey } from '#protocol/matrix/resolution/questions';

/** `stateKeyText` of a key → the event that the state holds there. */
export type StateMap = ReadonlyMap<string, EventId>;

/** A state key as one text: JSON, since both parts may hold any character. */
export function stateKeyText(type: string, stateKey: string): string {
  return JSON.stringify([type, stateKey]);
}

/** The key that `stateKeyText` wrote. */
export function readStateKeyText(text: string): StateKey {
  return JSON.parse(text) as StateKey;
}

/** The keys that do not have the same event in every state. Takes a look at each entry of each state. */
export function conflictedKeys(states: readonly StateMap[]): ConflictedKey[] {
  const conflicted = new Map<string, ConflictedKey>();
  states.forEach((state, index) => {
    const others = states.toSpliced(index, 1);
    for (const [text, id] of state) {
      if (conflicted.has(text) || others.every((other) => other.get(text) === id)) continue;
      conflicted.set(text, {
        key: readStateKeyText(text),
        held: states.map((each) => each.get(text)),
      });
    }
  });
  return [...conflicted.values()];
}
