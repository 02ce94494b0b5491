// Parsed events, by position: many readers of one event (a room's syncs, the auth rules) parse it once. A redaction
// rewrites the stored bytes, so an entry counts only while the bytes are the same.
import { LRUCache } from 'lru-cache';
import type { StoredEvent } from '#databases/rooms/records';
import type { Pdu } from '#protocol/matrix/event';
import type { EventId } from '#protocol/matrix/identifiers';
import { parseJson } from '#protocol/matrix/parse-json';

/** About as many bytes as a parsed event takes in memory. */
export function bytesInMemory(pdu: Pdu): number {
  return bytesOfParsed(JSON.stringify(pdu).length);
}

function bytesOfParsed(jsonBytes: number): number {
  return jsonBytes * 4 + 200;
}

export class EventCache {
  readonly #parsed = new LRUCache<string, { json: Buffer; pdu: Pdu }>({
    maxSize: 32_000_000,
    sizeCalculation: ({ json }) => bytesOfParsed(json.length),
  });
  // What an event allows never changes: what a redaction takes of it is kept for the authorisation rules. So for them an
  // event that was once parsed counts for ever.
  readonly #forAuthorisation = new LRUCache<EventId, Pdu>({
    max: 20_000,
    maxSize: 32_000_000,
    sizeCalculation: bytesInMemory,
  });

  pdu(key: string, { json, hasExactNumbers }: StoredEvent): Pdu {
    const known = this.#parsed.get(key);
    if (known?.json.equals(json)) return known.pdu;
    const pdu = (hasExactNumbers ? parseJson(json).value : JSON.parse(json.toString('utf8'))) as Pdu;
    // A row that was read is a slice of the page it came with: what is kept must not hold on to that.
    this.#parsed.set(key, { json: Buffer.from(json), pdu });
    return pdu;
  }

  authorising(event: EventId): Pdu | undefined {
    return this.#forAuthorisation.get(event);
  }

  rememberAuthorising(event: EventId, pdu: Pdu): void {
    this.#forAuthorisation.set(event, pdu);
  }
}
