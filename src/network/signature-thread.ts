// What a thread of `signature-verifier` runs: batches of signatures come in, which of them are valid goes out.
import type { KeyObject } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { verifyText } from '#protocol/matrix/signing';

/** Keys repeat, and a key that is named twice in a message is the same object on the other side. */
export interface SignatureBatch {
  readonly texts: readonly string[];
  readonly signatures: readonly string[];
  readonly keys: readonly KeyObject[];
}

parentPort?.on('message', ({ texts, signatures, keys }: SignatureBatch) => {
  const valid = texts.map((text, index) =>
    verifyText(text, signatures[index] as string, keys[index] as KeyObject),
  );
  parentPort?.postMessage(valid);
});
