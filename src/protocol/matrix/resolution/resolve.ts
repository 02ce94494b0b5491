// Puts the questions of a resolution to those who can answer: one who has to read first, or one who has all in memory.
import type {
  Answer,
  Asking,
  ConflictedKey,
  Question,
  ResolutionSource,
  ResolvedKey,
} from '#protocol/matrix/resolution/questions';
import { resolveState } from '#protocol/matrix/resolution/resolve-state';
import type { RoomVersion } from '#protocol/matrix/room-versions';

/** `resolveState` with the answers of `source`. Throws what it throws, and what the source does. */
export async function resolveFrom(
  source: ResolutionSource,
  version: RoomVersion,
  conflicted: readonly ConflictedKey[],
): Promise<ResolvedKey[]> {
  const asking = resolveState(version, conflicted);
  let turn = asking.next();
  while (turn.done !== true) turn = asking.next(await answerLater(source, turn.value));
  return turn.value;
}

function answerLater(source: ResolutionSource, question: Question): Promise<Answer> {
  switch (question.ask) {
    case 'events':
      return source.events(question.ids);
    case 'unconflicted':
      return source.unconflicted(question.keys);
    case 'covered':
      return source.covered(question.ids);
  }
}

/** Carries a computation out with answers that are at hand. */
export function settle<T>(asking: Asking<T>, answer: (question: Question) => Answer): T {
  let turn = asking.next();
  while (turn.done !== true) turn = asking.next(answer(turn.value));
  return turn.value;
}
