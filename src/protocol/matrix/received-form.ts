// In which form an event from elsewhere is kept: whole where its content hash is right, otherwise redacted. Server-Server
// API, "Validating hashes and signatures on received events": a wrong hash is taken to mean that only a redacted version
// was given.
import { Buffer } from 'node:buffer';
import { canonicalJson } from '#protocol/matrix/canonical-json';
import type { Pdu } from '#protocol/matrix/event';
import type { ReadPdu } from '#protocol/matrix/event-format';
import { contentHashMatches } from '#protocol/matrix/hashes';
import { holdsExactNumber } from '#protocol/matrix/integers';
import type { JsonObject } from '#protocol/matrix/json';
import { redact } from '#protocol/matrix/redaction';
import type { RoomVersion } from '#protocol/matrix/room-versions';

export interface ReceivedForm {
  readonly pdu: Pdu;
  /** Canonical JSON of `pdu` as UTF-8. */
  readonly bytes: Buffer;
  /** True when `JSON.parse` reads `bytes` back as `pdu`; otherwise that takes `parseJson`. */
  readonly isPlain: boolean;
  readonly wasRedacted: boolean;
}

export function receivedForm({ pdu, bytes, isPlain }: ReadPdu, version: RoomVersion): ReceivedForm {
  if (contentHashMatches(pdu)) return { pdu, bytes, isPlain, wasRedacted: false };
  const redacted = redact(pdu, version);
  const json = redacted as unknown as JsonObject;
  return {
    pdu: redacted,
    bytes: Buffer.from(canonicalJson(json)),
    isPlain: isPlain || !holdsExactNumber(json),
    wasRedacted: true,
  };
}
