// States as maps, for callers who have them whole in memory, and what several of them disagree on. Room version 2,
// "State resolution", "Definitions".
import type { EventId } from '#protocol/matrix/identifiers';
import type { ConflictedKey } from '#protocol/matrix/resolution/questions';
import { readStateKeyText } from '#protocol/matrix/state-keys';

/** `stateKeyText` of a key → the event that the state holds there. */
export type StateMap = ReadonlyMap<string, EventId>;

/**
 * The keys that do not have the same event in every state. States are large and mostly alike: the first is gone through
 * once, and another one only if it has keys that the first lacks.
 */
export function conflictedKeys(states: readonly StateMap[]): ConflictedKey[] {
  const [first, ...others] = states;
  if (first === undefined) return [];
  const conflicted = new Set<string>();
  const inFirst = others.map(() => 0);
  for (const [text, id] of first) {
    for (let index = 0; index < others.length; index++) {
      const held = others[index]!.get(text);
      if (held !== undefined) inFirst[index]!++;
      if (held !== id) conflicted.add(text);
    }
  }
  others.forEach((state, index) => {
    if (state.size === inFirst[index]) return;
    for (const text of state.keys()) if (!first.has(text)) conflicted.add(text);
  });
  return [...conflicted].map((text) => ({
    key: readStateKeyText(text),
    held: states.map((state) => state.get(text)),
  }));
}
