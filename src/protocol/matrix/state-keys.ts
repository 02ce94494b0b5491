// Keys of a room's state, and each as one text, by which maps and sets hold them.

export type StateKey = readonly [type: string, stateKey: string];

/** One text for a key of the state. No two keys share one: both parts may hold any character, so the first is measured. */
export function stateKeyText(type: string, stateKey: string): string {
  return `${type.length} ${type}${stateKey}`;
}

/** The key that `stateKeyText` wrote. */
export function readStateKeyText(text: string): StateKey {
  const start = text.indexOf(' ') + 1;
  const end = start + Number(text.slice(0, start));
  return [text.slice(start, end), text.slice(end)];
}
