// `matrix verify`: whether an event bears the signatures that it must, and the hash of its content. Server-Server API,
// "Validating hashes and signatures on received events".
import { looseEvent } from '#app/cli/matrix/loose-event';
import { type PublicKeys, publicKeys } from '#app/cli/matrix/public-keys';
import { badInput, inputKeys, versionedTool } from '#app/cli/matrix/tool';
import type { Pdu } from '#protocol/matrix/event';
import { hasRequiredSignatures, requiredSigners } from '#protocol/matrix/event-signatures';
import { contentHashMatches, signedForm } from '#protocol/matrix/hashes';
import { isJsonObject, type JsonObject, own, ownObject, ownString } from '#protocol/matrix/json';
import { verifyText } from '#protocol/matrix/signing';

export const verify = versionedTool((input, version) => {
  const { given, eventId } = looseEvent(own(input, 'event'), version, 'event');
  if (version.eventIds === 'chosen' && !eventId?.includes(':')) {
    throw badInput(`event: in room version ${version.id} event_id ends with the name of a server.`);
  }
  const signatures = own(given, 'signatures') ?? {};
  if (!isJsonObject(signatures)) throw badInput('event: signatures is an object.');
  const keys = publicKeys(inputKeys(input));
  const pdu = { ...given, signatures } as unknown as Pdu;
  const form = signedForm(pdu, version);
  const required: readonly string[] = requiredSigners(pdu, version);
  const servers = new Set([...required, ...Object.keys(signatures)]);
  return {
    valid: hasRequiredSignatures(pdu, version, (server, keyId) => keys.get(server)?.get(keyId)),
    servers: Object.fromEntries(
      [...servers].map((server) => [
        server,
        {
          required: required.includes(server),
          signatures: judged(ownObject(signatures, server) ?? {}, form, keys.get(server)),
        },
      ]),
    ),
    contentHashMatches: hasContentHash(given) && contentHashMatches(pdu),
  };
});

/** What becomes of a server's signatures, by key id. */
function judged(signatures: JsonObject, form: string, keys: ReturnType<PublicKeys['get']>): JsonObject {
  return Object.fromEntries(
    Object.keys(signatures).map((keyId) => {
      const key = keys?.get(keyId);
      if (key === undefined) return [keyId, 'unknown key'];
      return [keyId, verifyText(form, ownString(signatures, keyId) ?? '', key) ? 'valid' : 'invalid'];
    }),
  );
}

function hasContentHash(event: JsonObject): boolean {
  return ownString(ownObject(event, 'hashes') ?? {}, 'sha256') !== undefined;
}
