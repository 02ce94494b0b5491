// What the tools for Matrix events have in common: each takes one JSON value and answers with one. None needs a server.
import { canonicalJson, checkCanonical } from '#protocol/matrix/canonical-json';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  own,
  ownObject,
  ownString,
} from '#protocol/matrix/json';
import { type RoomVersion, roomVersion } from '#protocol/matrix/room-versions';
import { ProtocolError } from '#support/errors';

/** Answers with JSON text. Throws a `ProtocolError` that says what is wrong with the input. */
export type MatrixTool = (input: JsonValue) => string;

/** A tool that takes an object with a `roomVersion`. Its answers are canonical JSON, so that equal ones are equal texts. */
export function versionedTool(answer: (input: JsonObject, version: RoomVersion) => JsonValue): MatrixTool {
  return (input) => {
    if (!isJsonObject(input)) throw badInput('The input is an object with roomVersion.');
    const version = ownString(input, 'roomVersion');
    if (version === undefined) throw badInput('roomVersion is a string, such as "12".');
    return canonicalJson(answer(input, roomVersion(version)));
  };
}

/** The object under `key`, in the numbers that events of the version may hold. */
export function inputObject(input: JsonObject, key: string, version: RoomVersion): JsonObject {
  const value = own(input, key);
  if (!isJsonObject(value)) throw badInput(`${key} is an object.`);
  return inNumbersOf(version, value, key);
}

/** What is under `key`, as a list; undefined where it is missing or null. */
export function inputList(input: JsonObject, key: string): readonly JsonValue[] | undefined {
  const value = own(input, key);
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw badInput(`${key} is a list.`);
  return value;
}

export function inNumbersOf<T extends JsonValue>(version: RoomVersion, value: T, name: string): T {
  if (version.strictJson) named(name, () => checkCanonical(value));
  return value;
}

/** `keys`, by which an event is signed or verified. */
export function inputKeys(input: JsonObject): JsonObject {
  const keys = ownObject(input, 'keys');
  if (keys === undefined) throw badInput('keys is an object.');
  return keys;
}

/** Runs `body`, and puts the name of the input's part before what it complains about. */
export function named<T>(name: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new ProtocolError(error.kind, `${name}: ${error.message}`);
  }
}

export function badInput(message: string): ProtocolError {
  return new ProtocolError('badJson', message);
}
