// What it takes to make an event, and to take one from elsewhere: format, id, hashes and signatures.
import { prepareEvent } from '#protocol/matrix/build-event';
import { readPdu } from '#protocol/matrix/event-format';
import { hasRequiredSignatures } from '#protocol/matrix/event-signatures';
import { contentHashMatches, eventIdOf } from '#protocol/matrix/hashes';
import { parseJson } from '#protocol/matrix/parse-json';
import { defaultRoomVersion as version } from '#protocol/matrix/room-versions';
import { signText } from '#protocol/matrix/signing';
import { verifyKey } from '#protocol/matrix/signing-keys';
import { line } from './report.ts';
import { bob, build, canonicalBytes, keyOf, messageDraft, sampleRoom } from './sample-events.ts';
import { microsecondsPerCall } from './side-by-side.ts';

const eventCount = 64;

export function reportEvents(): void {
  const room = sampleRoom();
  const key = keyOf(bob);
  const publicKey = verifyKey(key.publicKey);
  const drafts = Array.from({ length: eventCount }, (_, number) => messageDraft(room, number));
  const texts = drafts.map((draft) => build(draft).bytes);
  const pdus = texts.map((text) => readPdu(parseJson(text).value, version).pdu);
  const prepared = drafts.map((draft) => prepareEvent(draft, version, key));
  const at = <T>(each: readonly T[], call: number): T => each[call % eventCount] as T;
  if (!pdus.every((pdu) => hasRequiredSignatures(pdu, version, () => publicKey))) {
    throw new Error('a signature of the sample is not valid');
  }
  const { prepare, sign, read, name, hash, verify } = microsecondsPerCall({
    prepare: (call) => prepareEvent(at(drafts, call), version, key),
    sign: (call) => signText(at(prepared, call).signedText, key),
    read: (call) => readPdu(parseJson(at(texts, call)).value, version),
    name: (call) => eventIdOf(at(pdus, call), version),
    hash: (call) => contentHashMatches(at(pdus, call)),
    verify: (call) => hasRequiredSignatures(at(pdus, call), version, () => publicKey),
  });
  const what = `an event of ${canonicalBytes} bytes`;
  line(`build ${what}`, `${prepare.toFixed(1)} µs, and ${sign.toFixed(1)} µs to sign it`);
  line(`read ${what}: parse, check its form, name it`, `${read.toFixed(1)} µs`);
  line('  its id; its content hash', `${name.toFixed(1)} µs; ${hash.toFixed(1)} µs`);
  line('  verify its signature', `${verify.toFixed(1)} µs`);
}
