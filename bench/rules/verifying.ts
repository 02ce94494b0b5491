// Verifying the signatures of many events, as joining a large room asks for: in this thread, in one other, in all.
import { availableParallelism } from 'node:os';
import { openSignatureVerifier } from '#network/signature-verifier';
import { prepareEvent } from '#protocol/matrix/build-event';
import { defaultRoomVersion as version } from '#protocol/matrix/room-versions';
import { type SignedText, signText, verifySigned } from '#protocol/matrix/signing';
import { verifyKey } from '#protocol/matrix/signing-keys';
import { median } from '../machine.ts';
import { line, ratio } from './report.ts';
import { bob, keyOf, messageDraft, sampleRoom } from './sample-events.ts';

const signatureCount = 4_000;
const rounds = 5;

type Verify = (signed: readonly SignedText[]) => Promise<readonly boolean[]>;

export async function reportVerifying(): Promise<void> {
  const signed = signedTexts();
  const processors = availableParallelism();
  await using one = openSignatureVerifier(1);
  await using all = openSignatureVerifier(processors);
  const here: Verify = async (each) => each.map(verifySigned);
  const candidates: readonly Verify[] = [here, (each) => one.verify(each), (each) => all.verify(each)];
  const figures = candidates.map((): number[] => []);
  // The first round starts the threads and does not count.
  for (let round = 0; round <= rounds; round++) {
    for (const [index, verify] of candidates.entries()) {
      const perSecond = await measure(verify, signed);
      if (round > 0) figures[index]?.push(perSecond);
    }
  }
  const [inline, single, spread] = figures.map(median) as [number, number, number];
  line('verify signatures in this thread', `${inline.toFixed(0)} events/s`);
  line('in one other thread', `${single.toFixed(0)} events/s = ${ratio(single, inline)} of this one`);
  line(`in ${processors} other threads`, `${spread.toFixed(0)} events/s = ${ratio(spread, single)} of one`);
}

function signedTexts(): SignedText[] {
  const room = sampleRoom();
  const signer = keyOf(bob);
  const key = verifyKey(signer.publicKey);
  if (key === undefined) throw new Error('the key of the sample is none');
  return Array.from({ length: signatureCount }, (_, number) => {
    const text = prepareEvent(messageDraft(room, number), version, signer).signedText;
    return { text, signature: signText(text, signer), key };
  });
}

async function measure(verify: Verify, signed: readonly SignedText[]): Promise<number> {
  const startMs = performance.now();
  const valid = await verify(signed);
  if (!valid.every(Boolean)) throw new Error('a signature of the sample is not valid');
  return (signed.length / (performance.now() - startMs)) * 1_000;
}
