// Caches of events are bounded by what the events take in memory, since others decide how large an event is.
import { expect, test } from 'vitest';
import { EventCache } from '#databases/rooms/event-cache';
import { makeGraphCache } from '#databases/rooms/graph-facts';
import type { EventId } from '#protocol/matrix/identifiers';
import { firstPosition } from '#store/versionstamp';
import { eventBytesMax, graphBytesCachedMax } from '#support/limits';
import { pduOf } from '#test/fixtures/plain-pdu';

const idOf = (index: number) => `$${index}` as EventId;
const large = pduOf({ type: 'm.room.member', content: { padding: 'x'.repeat(eventBytesMax) } });
/** More than fit in either cache. */
const count = Math.ceil(graphBytesCachedMax / eventBytesMax);

test('events of the auth graph', () => {
  const cache = makeGraphCache();
  const fact = { pdu: large, rejected: false, generation: 1, isIndexed: true, isOutlier: false };
  for (let index = 0; index < count; index++) {
    cache.set(idOf(index), { ...fact, eventId: idOf(index), storedFrom: firstPosition });
  }
  expect(cache.size).toBeGreaterThan(0);
  expect(cache.size * eventBytesMax).toBeLessThan(graphBytesCachedMax / 3);
  expect(cache.get(idOf(count - 1))?.pdu).toBe(large);
});

test('events that authorise', () => {
  const cache = new EventCache();
  for (let index = 0; index < count; index++) cache.rememberAuthorising(idOf(index), large);
  expect(cache.authorising(idOf(0))).toBe(undefined);
  expect(cache.authorising(idOf(count - 1))).toBe(large);
});
