// The identifiers of users, rooms, events and aliases: what each may look like, and whose they are. Appendices,
// "Identifier Grammar".
import { Buffer } from 'node:buffer';
import { isServerName, type ServerName } from '#protocol/matrix/server-name';
import { ProtocolError } from '#support/errors';
import { eventFieldBytesMax } from '#support/limits';

export { parseServerName, type ServerName } from '#protocol/matrix/server-name';

/** `@localpart:server`. */
export type UserId = string & { readonly __userId: unique symbol };
/** `!opaque:server`, or from room version 12 on `!` and the reference hash of the create event. */
export type RoomId = string & { readonly __roomId: unique symbol };
/** `$opaque`; from room version 4 on `$` and the URL-safe reference hash. */
export type EventId = string & { readonly __eventId: unique symbol };
/** `#localpart:server`. */
export type RoomAlias = string & { readonly __roomAlias: unique symbol };

/**
 * True for every user id that an event may carry, the historical ones included: any localpart without `:` and NUL,
 * even an empty one ("Historical User IDs"). At most 255 bytes.
 */
export function isUserId(text: string): text is UserId {
  return text.startsWith('@') && hasDomain(text) && fits(text);
}

/**
 * True for a user id that may be handed to clients outside of events: its localpart is not empty and within U+0021 to
 * U+007E ("Historical User IDs").
 */
export function isCompliantUserId(text: string): text is UserId {
  return isUserId(text) && /^[\x21-\x7e]+$/.test(localpartOf(text));
}

/** True for `#localpart:server` with any localpart but none, without `:` and NUL. At most 255 bytes ("Room Aliases"). */
export function isRoomAlias(text: string): text is RoomAlias {
  return text.startsWith('#') && text[1] !== ':' && hasDomain(text) && fits(text);
}

/**
 * True for a room id of any room version: with a domain it must be a server name, without one anything goes but NUL. At
 * most 255 bytes ("Room IDs"). `isHashId` tells those of room version 12.
 */
export function isRoomId(text: string): text is RoomId {
  return text.length > 1 && text.startsWith('!') && (!text.includes(':') || hasDomain(text)) && fits(text);
}

/**
 * True for an event id of any room version, with a domain or without. At most 255 bytes ("Event IDs"). What a particular
 * version's look like, `isEventIdOf` tells.
 */
export function isEventId(text: string): text is EventId {
  return text.length > 1 && text.startsWith('$') && (!text.includes(':') || hasDomain(text)) && fits(text);
}

const hashPattern = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/** True when behind the sigil stands the unpadded URL-safe Base64 of 32 bytes, and no left-over bits. */
export function isHashId(text: string): boolean {
  return hashPattern.test(text.slice(1));
}

/** Throws `invalidParam` unless `text` is a user id, historical ones included. */
export function parseUserId(text: string): UserId {
  if (isUserId(text)) return text;
  throw refusal(text, 'a user id, such as @alice:example.org');
}

/** Throws `invalidParam` unless `text` is a room id. */
export function parseRoomId(text: string): RoomId {
  if (isRoomId(text)) return text;
  throw refusal(text, 'a room id, which begins with !');
}

/** Throws `invalidParam` unless `text` is an event id. */
export function parseEventId(text: string): EventId {
  if (isEventId(text)) return text;
  throw refusal(text, 'an event id, which begins with $');
}

/** Throws `invalidParam` unless `text` is a room alias. */
export function parseRoomAlias(text: string): RoomAlias {
  if (isRoomAlias(text)) return text;
  throw refusal(text, 'a room alias, such as #tea:example.org');
}

/** True for a localpart of the grammar that new users must keep to ("User Identifiers"). */
export function isUserLocalpart(text: string): boolean {
  return /^[a-z0-9._=/+-]+$/.test(text);
}

/** The id of a new local user. Throws `invalidUsername` when the grammar or the limit of 255 bytes is broken. */
export function newUserId(localpart: string, server: ServerName): UserId {
  if (!isUserLocalpart(localpart)) {
    throw new ProtocolError(
      'invalidUsername',
      'A user name consists of a-z, 0-9 and the characters . _ = - / +',
    );
  }
  const userId = `@${localpart}:${server}`;
  if (isUserId(userId)) return userId;
  throw new ProtocolError('invalidUsername', `A user id has at most ${eventFieldBytesMax} bytes.`);
}

/** The id of an alias on `server`. Throws `badAlias` for what is no alias's localpart. */
export function newRoomAlias(localpart: string, server: ServerName): RoomAlias {
  const alias = `#${localpart}:${server}`;
  if (!localpart.includes(':') && isRoomAlias(alias)) return alias;
  throw new ProtocolError(
    'badAlias',
    `"${localpart.slice(0, 64)}" cannot be the local part of a room alias.`,
  );
}

/** The server that an identifier belongs to: what follows its first colon. Event ids have one in room versions 1 and 2. */
export function serverOf(id: UserId | RoomAlias | EventId): ServerName {
  return id.slice(id.indexOf(':') + 1) as ServerName;
}

/** The same of anything, such as what a sender says is an id; undefined without a colon. */
export function domainOf(id: unknown): string | undefined {
  return typeof id === 'string' && id.includes(':') ? id.slice(id.indexOf(':') + 1) : undefined;
}

/** What stands between the sigil and the first colon. */
export function localpartOf(id: UserId | RoomAlias): string {
  return id.slice(1, id.indexOf(':'));
}

/** True when the first colon begins a server name, and what precedes it holds neither NUL nor half a surrogate pair. */
function hasDomain(text: string): boolean {
  const colon = text.indexOf(':');
  return colon > 0 && isServerName(text.slice(colon + 1));
}

function fits(text: string): boolean {
  // A UTF-16 unit takes at most three bytes of UTF-8, so most texts need no counting.
  const short = text.length * 3 <= eventFieldBytesMax || Buffer.byteLength(text) <= eventFieldBytesMax;
  return short && !text.includes('\0') && text.isWellFormed();
}

function refusal(text: string, expected: string): ProtocolError {
  return new ProtocolError('invalidParam', `"${text.slice(0, 64).toWellFormed()}" is not ${expected}.`);
}
