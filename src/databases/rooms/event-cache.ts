// Parsed events, by position: many readers of one event (a room's syncs, the auth rules) parse it once. A redaction
// rewrites the stored bytes, so an entry counts only while the bytes are the same.
import { LRUCache } from 'lru-cache';
import type { StoredEvent } from '#databases/rooms/records';
import type { Pdu } from '#protocol/matrix/event';

export class EventCache {
  readonly #parsed = new LRUCache<string, { json: Buffer; pdu: Pdu }>({
    maxSize: 32_000_000,
    sizeCalculation: ({ json }) => json.length * 4 + 200,
  });

  pdu(key: string, { json }: StoredEvent): Pdu {
    const known = this.#parsed.get(key);
    if (known?.json.equals(json)) return known.pdu;
    const pdu = JSON.parse(json.toString('utf8')) as Pdu;
    this.#parsed.set(key, { json, pdu });
    return pdu;
  }
}
