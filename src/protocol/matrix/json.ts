// The shapes that JSON can have, and readers that take nothing on trust: what a key holds in an event from elsewhere is
// whatever its sender put there (Client-Server API, "Room event format": event bodies are untrusted data).

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What `key` itself holds: never something inherited, so `constructor` and `__proto__` are keys like any other. */
export function own(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function ownString(object: JsonObject, key: string): string | undefined {
  const value = own(object, key);
  return typeof value === 'string' ? value : undefined;
}

export function ownObject(object: JsonObject, key: string): JsonObject | undefined {
  const value = own(object, key);
  return isJsonObject(value) ? value : undefined;
}

/** An integer that canonical JSON can carry: within ±(2^53 - 1). */
export function ownInteger(object: JsonObject, key: string): number | undefined {
  const value = own(object, key);
  return Number.isSafeInteger(value) ? (value as number) : undefined;
}
