// On which keys states of one line differ. Each is compared with what the line's state was at the newest of their
// positions; for a state that is met again and again, as that after an extremity which nobody merges, the comparison is
// kept and carried on from where it ended.
import type { GraphReader } from '#databases/rooms/graph-reader';
import type { RoomsParts } from '#databases/rooms/rooms-parts';
import type { StateDifferences, StateView } from '#databases/rooms/state-view';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import type { ConflictedKey } from '#protocol/matrix/resolution/questions';
import { type StateKey, stateKeyText } from '#protocol/matrix/state-keys';
import type { Position } from '#store/contract';

/** How a state differs from its line's state at a position, which lies at or behind its own. */
export interface Comparison {
  readonly position: Position;
  readonly entries: StateDifferences;
}

/** One range read for what is new to each comparison, and at most one row for each key that may differ. */
export async function differencesOnLine(
  reader: GraphReader,
  parts: RoomsParts,
  room: RoomId,
  views: readonly StateView[],
): Promise<ConflictedKey[]> {
  const line = views[0]?.line;
  const newest = views
    .map(({ position }) => position)
    .sort()
    .at(-1);
  if (line === undefined || newest === undefined) return [];
  const compared: StateDifferences[] = [];
  for (const view of views) compared.push(await compareAt(reader, parts, room, view, newest));
  const keys = new Map<string, StateKey>();
  for (const entries of compared) {
    for (const [name, { type, stateKey }] of entries) keys.set(name, [type, stateKey]);
  }
  const found = await Promise.all(
    [...keys].map(async ([name, key]): Promise<ConflictedKey | undefined> => {
      // What does not differ from the line's state holds what that holds.
      let onLine: Promise<EventId | undefined> | undefined;
      const held: (EventId | undefined)[] = [];
      for (const entries of compared) {
        const entry = entries.get(name);
        if (entry) held.push(entry.event);
        else held.push(await (onLine ??= reader.heldOnLine(room, { line, position: newest }, ...key)));
      }
      return held.every((event) => event === held[0]) ? undefined : { key, held };
    }),
  );
  return found.filter((each) => each !== undefined);
}

async function compareAt(
  reader: GraphReader,
  parts: RoomsParts,
  room: RoomId,
  view: StateView,
  position: Position,
): Promise<StateDifferences> {
  const name = room + view.name;
  const kept = parts.comparisons.get(name);
  const isUsable = kept !== undefined && kept.position <= position;
  const start: Comparison = isUsable
    ? kept
    : { position: view.position, entries: await reader.differencesOf(room, view) };
  if (start.position === position) return start.entries;

  const { line } = view;
  const changes = await reader.changesBetween(room, line, { after: start.position, through: position });
  const last = new Map(changes.map(({ change }) => [stateKeyText(change.type, change.stateKey), change]));
  const entries = new Map(start.entries);
  await Promise.all(
    [...last].map(async ([key, { type, stateKey, event }]) => {
      const own = start.entries.get(key);
      const held = own
        ? own.event
        : await reader.heldOnLine(room, { line, position: start.position }, type, stateKey);
      if (held === (event ?? undefined)) entries.delete(key);
      else entries.set(key, { type, stateKey, event: held });
    }),
  );
  parts.comparisons.set(name, { position, entries });
  return entries;
}
