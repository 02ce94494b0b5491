// Signatures verified in real threads: the answers in their order, however they are spread, and no thread left behind.
import { createSecretKey } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { openSignatureVerifier } from '#network/signature-verifier';
import { parseServerName } from '#protocol/matrix/identifiers';
import { type SignedText, signText } from '#protocol/matrix/signing';
import { signingKeyFromSeed, verifyKey } from '#protocol/matrix/signing-keys';
import { signatureBatchMax, signaturesInlineMax } from '#support/limits';

const keys = [1, 2, 3].map((byte) =>
  signingKeyFromSeed(new Uint8Array(32).fill(byte), 'ed25519:1', parseServerName('a.org')),
);
const publicKeys = keys.map(({ publicKey }) => verifyKey(publicKey)!);

/** Every third signature is that of another text, every seventh none at all. */
function signatures(count: number): { signed: SignedText[]; valid: boolean[] } {
  const signed = Array.from({ length: count }, (_, index): SignedText => {
    const which = index % keys.length;
    const text = `text ${index} \u{1F600}`;
    const made = signText(index % 3 === 0 ? `${text}!` : text, keys[which]!);
    return { text, signature: index % 7 === 0 ? '*' : made, key: publicKeys[which]! };
  });
  return { signed, valid: signed.map((_, index) => index % 3 !== 0 && index % 7 !== 0) };
}

const threadsOf = () => process.getActiveResourcesInfo().filter((name) => name === 'Worker').length;

describe.each([1, 3])('a verifier of %d threads', (threads) => {
  const verifier = openSignatureVerifier(threads);
  afterAll(() => verifier[Symbol.asyncDispose]());

  it.each([0, 1, signaturesInlineMax, signaturesInlineMax + 1, signatureBatchMax * 4 + 5])(
    'says of %d signatures which are valid',
    async (count) => {
      const { signed, valid } = signatures(count);
      expect(await verifier.verify(signed)).toEqual(valid);
    },
  );

  it('keeps apart what is asked at the same time', async () => {
    const asked = [300, 5, 40, 200].map(signatures);
    const answers = await Promise.all(asked.map(({ signed }) => verifier.verify(signed)));
    expect(answers).toEqual(asked.map(({ valid }) => valid));
  });
});

it('goes on where a thread has ended of an error', async () => {
  await using verifier = openSignatureVerifier(1);
  const { signed, valid } = signatures(40);
  const noKey = createSecretKey(Buffer.alloc(32));
  const broken = verifier.verify(signed.map((each) => ({ ...each, key: noKey })));
  const [, answer] = await Promise.all([expect(broken).rejects.toThrow(), verifier.verify(signed)]);
  expect(answer).toEqual(valid);
  expect(threadsOf()).toBe(0);
  expect(await verifier.verify(signed)).toEqual(valid);
});

it('without threads does the work where it is', async () => {
  await using verifier = openSignatureVerifier(0);
  const { signed, valid } = signatures(50);
  expect(await verifier.verify(signed)).toEqual(valid);
});

it('gives up what is under way when it is disposed of, and takes no more', async () => {
  const verifier = openSignatureVerifier(2);
  const { signed } = signatures(signatureBatchMax * 3);
  const answer = verifier.verify(signed);
  const ended = expect(answer).rejects.toThrow('closed');
  await verifier[Symbol.asyncDispose]();
  await ended;
  await expect(verifier.verify(signed.slice(0, 1))).rejects.toThrow('closed');
  expect(threadsOf()).toBe(0);
});
