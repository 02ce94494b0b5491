// On which keys states of one line differ: what the line's state took up between their positions, and their overlays,
// are all that they can differ in.
import type { GraphReader } from '#databases/rooms/graph-reader';
import type { PlacedChange } from '#databases/rooms/state-reader';
import { type StateView, stateName } from '#databases/rooms/state-view';
import type { StateKey } from '#protocol/matrix/auth-events';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import type { ConflictedKey } from '#protocol/matrix/resolution/questions';

/** One range read for the span between the positions, and one row for each key that may differ. */
export async function differencesOnLine(
  reader: GraphReader,
  room: RoomId,
  views: readonly StateView[],
): Promise<ConflictedKey[]> {
  const positions = views.map(({ position }) => position).sort();
  const [oldest, newest] = [positions[0], positions.at(-1)];
  const line = views[0]?.line;
  if (oldest === undefined || newest === undefined || line === undefined) return [];
  const [changes, overlays] = await Promise.all([
    oldest === newest ? [] : reader.changesBetween(room, line, { after: oldest, through: newest }),
    Promise.all(views.map((view) => reader.differencesOf(room, view))),
  ]);
  const changesOf = Map.groupBy(changes, ({ change }) => stateName(change.type, change.stateKey));
  const keys = new Map<string, StateKey>();
  for (const { change } of changes) {
    keys.set(stateName(change.type, change.stateKey), [change.type, change.stateKey]);
  }
  for (const overlay of overlays) {
    for (const [name, { type, stateKey }] of overlay) keys.set(name, [type, stateKey]);
  }
  const found = await Promise.all(
    [...keys].map(async ([name, key]): Promise<ConflictedKey | undefined> => {
      const history = changesOf.get(name) ?? [];
      // Those that nothing in the span changed have what the line held at its beginning.
      let atOldest: Promise<EventId | undefined> | undefined;
      const held: (EventId | undefined)[] = [];
      for (const [index, view] of views.entries()) {
        const overlaid = overlays[index]?.get(name);
        const taken = overlaid ? undefined : lastUpTo(history, view);
        if (overlaid) held.push(overlaid.event);
        else if (taken) held.push(taken.change.event ?? undefined);
        else held.push(await (atOldest ??= reader.heldOnLine(room, { line, position: oldest }, ...key)));
      }
      return held.every((event) => event === held[0]) ? undefined : { key, held };
    }),
  );
  return found.filter((each) => each !== undefined);
}

function lastUpTo(history: readonly PlacedChange[], { position }: StateView): PlacedChange | undefined {
  return history.findLast(({ at }) => at <= position);
}
