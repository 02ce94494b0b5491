// The keys that a server publishes, and which of them counts for what: an old event may be signed by a key that has been
// retired since, a request only by one of today. Server-Server API, "Retrieving server keys"; room version 5, "Signing
// key validity period".
import type { KeyObject } from 'node:crypto';
import type { Pdu } from '#protocol/matrix/event';
import type { KeyLookup } from '#protocol/matrix/event-signatures';
import type { ServerName } from '#protocol/matrix/identifiers';
import { compareIntegers, isEventInteger, plainNumber } from '#protocol/matrix/integers';
import { isJsonObject, type JsonObject, own, ownObject, ownString } from '#protocol/matrix/json';
import type { RoomVersion } from '#protocol/matrix/room-versions';
import { signatureOf, verifyText, withoutSignatures } from '#protocol/matrix/signing';
import { isKeyId, verifyKey } from '#protocol/matrix/signing-keys';
import { ProtocolError } from '#support/errors';
import { serverKeysMax, serverKeyValidityMsMax } from '#support/limits';

/** What a server has published, checked. Times in milliseconds since the Unix epoch. */
export interface ServerKeys {
  readonly server: ServerName;
  /** Until when `current` counts: the server's `valid_until_ts`, but seven days from the fetch at most. */
  readonly validUntilMs: number;
  /** By key id. */
  readonly current: ReadonlyMap<string, KeyObject>;
  /** Keys that signed events, and when the server stopped using them. */
  readonly old: ReadonlyMap<string, { readonly key: KeyObject; readonly expiredMs: number }>;
}

/**
 * Reads what `GET /_matrix/key/v2/server` answers, also where a notary hands it on: `value` as `parseJson` read it. Keys
 * of algorithms that nobody here knows are passed over.
 *
 * Throws `badJson` where it has not the form, or more than `serverKeysMax` keys, and `forbidden` where it is another
 * server's or not signed by one of the keys that it publishes and by each of them that has signed it.
 */
export function readServerKeys(value: unknown, server: ServerName, fetchedAtMs: number): ServerKeys {
  if (!isJsonObject(value)) throw malformed('they are an object.');
  if (own(value, 'server_name') !== server) {
    throw new ProtocolError('forbidden', `These are not the keys of ${server}.`);
  }
  const validUntil = readTime(value, 'valid_until_ts');
  const verifyKeys = entriesOf(value, 'verify_keys');
  const oldKeys = own(value, 'old_verify_keys') === undefined ? [] : entriesOf(value, 'old_verify_keys');
  if (verifyKeys.length + oldKeys.length > serverKeysMax)
    throw malformed(`at most ${serverKeysMax} are taken.`);
  const current = new Map(verifyKeys.map(([keyId, entry]) => [keyId, readKey(entry)]));
  checkSelfSigned(value, server, current);
  return {
    server,
    validUntilMs: Math.min(validUntil, fetchedAtMs + serverKeyValidityMsMax),
    current,
    old: new Map(
      oldKeys.map(([keyId, entry]) => [
        keyId,
        { key: readKey(entry), expiredMs: readTime(entry, 'expired_ts') },
      ]),
    ),
  };
}

/**
 * The key by which `keys.server` may have signed `event`. From room version 5 on it was valid when the event was sent,
 * by the event's own word; before, whenever the server has had it.
 */
export function keyForEvent(
  keys: ServerKeys,
  keyId: string,
  { origin_server_ts: sentAt }: Pick<Pdu, 'origin_server_ts'>,
  { keyValidity }: Pick<RoomVersion, 'keyValidity'>,
): KeyObject | undefined {
  const isWithin = (endMs: number) => !keyValidity || compareIntegers(sentAt, endMs) <= 0;
  const current = keys.current.get(keyId);
  if (current !== undefined && isWithin(keys.validUntilMs)) return current;
  const old = keys.old.get(keyId);
  return old !== undefined && isWithin(old.expiredMs) ? old.key : undefined;
}

/** The key by which `keys.server` may sign a request now. Server-Server API, "Publishing Keys": no old one. */
export function keyForRequest(keys: ServerKeys, keyId: string, nowMs: number): KeyObject | undefined {
  return nowMs <= keys.validUntilMs ? keys.current.get(keyId) : undefined;
}

/** The keys that count for `event`, of the servers whose keys are at hand. */
export function keysForEvent(
  event: Pick<Pdu, 'origin_server_ts'>,
  version: RoomVersion,
  keysOf: (server: ServerName) => ServerKeys | undefined,
): KeyLookup {
  return (server, keyId) => {
    const keys = keysOf(server);
    return keys && keyForEvent(keys, keyId, event, version);
  };
}

function entriesOf(value: JsonObject, name: string): [string, JsonObject][] {
  const keys = ownObject(value, name);
  if (keys === undefined) throw malformed(`${name} is an object.`);
  return Object.entries(keys).flatMap(([keyId, entry]): [string, JsonObject][] => {
    if (!isKeyId(keyId)) return [];
    if (!isJsonObject(entry)) throw malformed(`${name} maps key ids to objects.`);
    return [[keyId, entry]];
  });
}

function readKey(entry: JsonObject): KeyObject {
  const text = ownString(entry, 'key');
  const key = text === undefined ? undefined : verifyKey(text);
  if (key === undefined) throw malformed('a key has 32 bytes, in unpadded Base64.');
  return key;
}

function readTime(value: JsonObject, name: string): number {
  const time = own(value, name);
  // "format: int64", and no event: the whole range is taken.
  if (!isEventInteger(time, { strictJson: false })) throw malformed(`${name} is an integer.`);
  return plainNumber(time);
}

function checkSelfSigned(
  value: JsonObject,
  server: ServerName,
  current: ReadonlyMap<string, KeyObject>,
): void {
  const text = withoutSignatures(value);
  let isSigned = false;
  for (const [keyId, key] of current) {
    const signature = signatureOf(value, server, keyId);
    if (signature === undefined) continue;
    if (!verifyText(text, signature, key)) throw unsigned(server);
    isSigned = true;
  }
  if (!isSigned) throw unsigned(server);
}

function unsigned(server: ServerName): ProtocolError {
  return new ProtocolError('forbidden', `${server} has not signed the keys that are said to be its own.`);
}

function malformed(message: string): ProtocolError {
  return new ProtocolError('badJson', `Malformed server keys: ${message}`);
}
