// What is left of an event when all that the protocol does not need is taken away. Hashes, signatures and ids are taken
// of this form, so it must be exact. Room version pages, "Redactions".
import type { Pdu } from '#protocol/matrix/event';
import { type EventId, isEventId } from '#protocol/matrix/identifiers';
import { isJsonObject, type JsonObject, type JsonValue, own } from '#protocol/matrix/json';
import type { RoomVersion } from '#protocol/matrix/room-versions';

/** The redacted form of `event`, with nothing shared but values that are left as they are. Redacting twice is once. */
export function redact<E extends Partial<Pdu>>(event: E, version: RoomVersion): E {
  const source = event as JsonObject;
  const kept: Record<string, JsonValue> = {};
  for (const key of version.redaction.eventKeys) {
    const value = own(source, key);
    if (value !== undefined) kept[key] = value;
  }
  if (isJsonObject(kept.content)) kept.content = redactContent(kept.type, kept.content, version);
  return kept as E;
}

/** The event that a redaction names; undefined for every other event, and where it names none. */
export function redactionTarget(
  { type, content, redacts }: Pick<Pdu, 'type' | 'content' | 'redacts'>,
  { redactsIn }: Pick<RoomVersion, 'redactsIn'>,
): EventId | undefined {
  if (type !== 'm.room.redaction') return undefined;
  const target = redactsIn === 'event' ? redacts : own(content, 'redacts');
  return typeof target === 'string' && isEventId(target) ? target : undefined;
}

/** The part of `content` that survives in an event of `type`. */
export function redactContent(
  type: JsonValue | undefined,
  content: JsonObject,
  version: RoomVersion,
): JsonObject {
  const keys = typeof type === 'string' ? version.redaction.contentKeys.get(type) : undefined;
  if (keys === 'everything') return content;
  const kept: Record<string, JsonValue> = {};
  for (const entry of keys ?? []) {
    const key = typeof entry === 'string' ? entry : entry.key;
    const value = own(content, key);
    if (value === undefined) continue;
    if (typeof entry === 'string') kept[key] = value;
    else if (isJsonObject(value)) kept[key] = pick(value, entry.keeps);
  }
  return kept;
}

function pick(object: JsonObject, keys: readonly string[]): JsonObject {
  const picked: Record<string, JsonValue> = {};
  for (const key of keys) {
    const value = own(object, key);
    if (value !== undefined) picked[key] = value;
  }
  return picked;
}
