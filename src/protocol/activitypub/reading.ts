// How single properties of a foreign object are read: identifiers that may be a string or an object with an id, one or
// many, and texts of bounded length. Every reader of this folder stands on these few functions.
import { isObject, type JsonObject, type JsonValue } from '#protocol/activitypub/json-document';
import { asArray, idOf } from '#protocol/activitypub/json-ld';
import { isPublicCollection, publicCollection } from '#protocol/activitypub/public-collection';
import { normaliseUri, requireUri, type Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';
import { activityRecipientsMax } from '#support/limits';

/** The id of a value that is a URI, or an object that has one. Undefined for anything else. */
export function uriOf(value: JsonValue | undefined): Uri | undefined {
  if (isPublicCollection(value)) return publicCollection;
  return normaliseUri(isObject(value) ? idOf(value) : value);
}

/** A property that must name exactly one thing. Several, none or no URI is badJson. */
export function requireOne(object: JsonObject, property: string): Uri {
  const values = asArray(object[property]);
  if (values.length !== 1) throw new ProtocolError('badJson', `${property} must name exactly one object`);
  const [value] = values;
  return requireUri(isObject(value) ? idOf(value) : value, property);
}

/** A property that may be left out, and otherwise must name exactly one thing. */
export function optionalOne(object: JsonObject, property: string): Uri | undefined {
  return asArray(object[property]).length === 0 ? undefined : requireOne(object, property);
}

/** What a property names, if that is exactly one thing: for what an object can be understood without. */
export function oneOf(object: JsonObject, property: string): Uri | undefined {
  const values = asArray(object[property]);
  return values.length === 1 ? uriOf(values[0]) : undefined;
}

/** All that a property names, each once; what is no URI is left out. */
export function urisOf(value: JsonValue | undefined): Uri[] {
  const uris = asArray(value).map(uriOf);
  return [...new Set(uris.filter((uri) => uri !== undefined))];
}

/**
 * A plain text, cut to `charactersMax`; undefined where it is none. What no text can have everywhere is mended: U+0000 goes,
 * and half a character (a lone surrogate) becomes U+FFFD.
 */
export function textOf(value: JsonValue | undefined, charactersMax: number): string | undefined {
  const text = asArray(value)[0];
  if (typeof text !== 'string') return undefined;
  return text.replaceAll('\0', '').slice(0, charactersMax).toWellFormed();
}

export interface Addressing {
  readonly to: readonly Uri[];
  readonly cc: readonly Uri[];
  readonly bto: readonly Uri[];
  readonly bcc: readonly Uri[];
  readonly audience: readonly Uri[];
}

/** Reads the five addressing properties (ActivityPub section 5.1). More recipients than anybody needs is badJson. */
export function readAddressing(object: JsonObject): Addressing {
  const addressing = {
    to: urisOf(object.to),
    cc: urisOf(object.cc),
    bto: urisOf(object.bto),
    bcc: urisOf(object.bcc),
    audience: urisOf(object.audience),
  };
  const count = Object.values(addressing).reduce((sum, uris) => sum + uris.length, 0);
  if (count > activityRecipientsMax) {
    throw new ProtocolError('badJson', `An object may name at most ${activityRecipientsMax} recipients`);
  }
  return addressing;
}
