// `matrix sign`: an event with its content hash and a server's signature. Server-Server API, "Adding hashes and signatures
// to outgoing events".
import { badInput, inputKeys, inputObject, versionedTool } from '#app/cli/matrix/tool';
import { decodeBase64 } from '#protocol/matrix/base64';
import { contentHash, signedForm } from '#protocol/matrix/hashes';
import { isJsonObject, type JsonObject, own, ownObject, ownString } from '#protocol/matrix/json';
import { isServerName } from '#protocol/matrix/server-name';
import { signText } from '#protocol/matrix/signing';
import { isKeyId, type SigningKey, signingKeyFromSeed } from '#protocol/matrix/signing-keys';

/** A content hash that the event has already stays, as it must when another server signs what was hashed before. */
export const sign = versionedTool((input, version) => {
  const event = inputObject(input, 'event', version);
  const key = signingKey(inputKeys(input));
  const hashes = objectOrNothing(event, 'hashes');
  const signatures = objectOrNothing(event, 'signatures');
  const hashed: JsonObject = {
    ...event,
    hashes: ownString(hashes, 'sha256') === undefined ? { ...hashes, sha256: contentHash(event) } : hashes,
  };
  const ours = {
    ...ownObject(signatures, key.server),
    [key.keyId]: signText(signedForm(hashed, version), key),
  };
  return { ...hashed, signatures: { ...signatures, [key.server]: ours } };
});

function signingKey(keys: JsonObject): SigningKey {
  const [server, keyId, seed] = ['server', 'keyId', 'seed'].map((key) => ownString(keys, key) ?? '') as [
    string,
    string,
    string,
  ];
  if (!isServerName(server)) throw badInput('keys.server is a server name, such as "example.org".');
  if (!isKeyId(keyId)) throw badInput('keys.keyId is the id of a key, such as "ed25519:1".');
  const bytes = decodeBase64(seed);
  if (bytes?.length !== 32) throw badInput('keys.seed is the 32 bytes of an Ed25519 seed in Base64.');
  return signingKeyFromSeed(bytes, keyId, server);
}

function objectOrNothing(event: JsonObject, key: string): JsonObject {
  const value = own(event, key) ?? {};
  if (!isJsonObject(value)) throw badInput(`event: ${key} is an object.`);
  return value;
}
