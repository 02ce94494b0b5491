// What the state of a room is where several states meet, worked out from the keys that they do not agree on. Room version
// pages, "State resolution".
import type { Asking, ConflictedKey, ResolvedKey } from '#protocol/matrix/resolution/questions';
import { resolveVersion1 } from '#protocol/matrix/resolution/version-1';
import { resolveVersion2 } from '#protocol/matrix/resolution/version-2';
import type { RoomVersion } from '#protocol/matrix/room-versions';

/**
 * What the resolved state holds under each of `conflicted`, and under every further key that resolution brings into it.
 * Under all other keys it holds what the states agree on. `conflicted` is to name every key that the states do not
 * agree on, with the holders of all states in one order; which, changes nothing. Throws `MissingEventsError`.
 */
export function* resolveState(
  version: RoomVersion,
  conflicted: readonly ConflictedKey[],
): Asking<ResolvedKey[]> {
  if (conflicted.length === 0) return [];
  return yield* version.stateResolution === '1'
    ? resolveVersion1(version, conflicted)
    : resolveVersion2(version, conflicted);
}
