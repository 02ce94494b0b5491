// The public keys by which tools verify signatures: server → key id → 32 bytes in Base64.
import type { KeyObject } from 'node:crypto';
import { badInput } from '#app/cli/matrix/tool';
import { isJsonObject, type JsonObject, ownString } from '#protocol/matrix/json';
import { isKeyId, verifyKey } from '#protocol/matrix/signing-keys';

export type PublicKeys = ReadonlyMap<string, ReadonlyMap<string, KeyObject>>;

export function publicKeys(keys: JsonObject): PublicKeys {
  return new Map(
    Object.entries(keys).map(([server, listed]) => {
      if (!isJsonObject(listed)) throw badInput(`keys: ${server} has an object of public keys by their ids.`);
      return [server, new Map(Object.keys(listed).map((keyId) => [keyId, publicKey(listed, server, keyId)]))];
    }),
  );
}

function publicKey(listed: JsonObject, server: string, keyId: string): KeyObject {
  if (!isKeyId(keyId)) throw badInput(`keys: ${server}: "${keyId}" is no id of a key, such as "ed25519:1".`);
  const key = verifyKey(ownString(listed, keyId) ?? '');
  if (key === undefined) throw badInput(`keys: ${server}: ${keyId} is 32 bytes of a public key in Base64.`);
  return key;
}
