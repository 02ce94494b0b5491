// Puts the events of a graph in an order in which each comes after all that it names: along `auth_events` or along
// `prev_events`.
import type { EventId } from '#protocol/matrix/identifiers';
import { ProtocolError } from '#support/errors';

/**
 * `starts` and all that they lead to, each once, behind all that `named` says it names; rooms are deep, so this does not
 * recurse. Throws `badJson` for events that name each other in a circle, and what `named` throws.
 */
export function ancestorsFirst(
  starts: Iterable<EventId>,
  named: (id: EventId) => readonly EventId[],
): Set<EventId> {
  const ordered = new Set<EventId>();
  const entered = new Set<EventId>();
  for (const start of starts) {
    // An event stays on the path until all that it names have come before it.
    const path = [start];
    for (let id = path.at(-1); id !== undefined; id = path.at(-1)) {
      const awaited = ordered.has(id) ? [] : named(id).filter((each) => !ordered.has(each));
      if (awaited.length === 0) {
        ordered.add(id);
        path.pop();
      } else if (entered.has(id)) {
        throw new ProtocolError('badJson', `What ${id} names leads back to it.`);
      } else {
        entered.add(id);
        for (const each of awaited) path.push(each);
      }
    }
  }
  return ordered;
}
