// An event as push rules look at it. It is put to the rules of all members in turn, and most of them ask for the same
// few properties: each is looked up, and its case folded, once. Client-Server API, "Push Notifications", "Conditions".
import { foldCase } from '#protocol/matrix/glob';
import type { JsonObject, JsonValue } from '#protocol/matrix/json';
import { parsePropertyPath, propertyAt } from '#protocol/matrix/property-path';

export interface PushedEvent {
  readonly sender: string;
  readonly roomId: string;
  /** What stands at a dot-separated path. */
  property(path: string): JsonValue | undefined;
  /** The string at a dot-separated path with its case folded; undefined where there is no string. */
  text(path: string): string | undefined;
}

/** @param event in the form that clients get, with its room id */
export function pushedEvent(
  event: JsonObject & { readonly sender: string; readonly room_id: string },
): PushedEvent {
  const properties = new Map<string, JsonValue | undefined>();
  const texts = new Map<string, string | undefined>();
  const property = (path: string) => {
    const known = properties.get(path);
    if (known !== undefined || properties.has(path)) return known;
    const value = propertyAt(event, parsePropertyPath(path));
    properties.set(path, value);
    return value;
  };
  return {
    sender: event.sender,
    roomId: event.room_id,
    property,
    text(path) {
      const known = texts.get(path);
      if (known !== undefined || texts.has(path)) return known;
      const value = property(path);
      const text = typeof value === 'string' ? foldCase(value) : undefined;
      texts.set(path, text);
      return text;
    },
  };
}
