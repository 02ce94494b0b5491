// Resolving two states of a large room that differ in few events, from memory: from what they disagree on, and from the
// whole states, where finding that out costs a look at each of their entries.
import { EventGraph } from '#protocol/matrix/resolution/event-graph';
import { resolveStateSets } from '#protocol/matrix/resolution/resolve-state-sets';
import { conflictedKeys } from '#protocol/matrix/resolution/state-maps';
import { roomVersion } from '#protocol/matrix/room-versions';
import { eventsPerSide, largeRoom, memberCount, statesAfter } from './large-room.ts';
import { line } from './report.ts';
import { microsecondsPerCall } from './side-by-side.ts';

export function reportResolving(): void {
  for (const id of ['11', '12']) {
    const version = roomVersion(id);
    const room = largeRoom(version, memberCount, eventsPerSide);
    const graph = EventGraph.of([...room.trunk, ...room.sides.flat()]);
    const states = statesAfter(room);
    const { whole, compare } = microsecondsPerCall({
      whole: () => resolveStateSets(graph, version, states),
      compare: () => conflictedKeys(states),
    });
    const keys = conflictedKeys(states).length;
    line(
      `resolve ${memberCount} members, ${keys} keys in conflict, v${version.stateResolution}`,
      `${(whole / 1_000).toFixed(1)} ms, ${(compare / 1_000).toFixed(1)} ms of it to compare the states`,
    );
  }
}
