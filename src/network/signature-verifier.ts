// Verifies many signatures at once, as joining a large room asks for: they are spread over threads, so that they take a
// fraction of the time and the server answers others meanwhile. Server-Server API, "Joining Rooms": the signatures of all
// events of the room's state and of their auth chain are checked.
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { SignatureBatch } from '#network/signature-thread';
import { type SignedText, verifySigned } from '#protocol/matrix/signing';
import { signatureBatchMax, signaturesInlineMax } from '#support/limits';

export interface SignatureVerifier extends AsyncDisposable {
  /** Which of the signatures are valid, in their order. Rejects for keys that are not Ed25519, and once disposed of. */
  verify(signed: readonly SignedText[]): Promise<readonly boolean[]>;
}

interface Batch {
  readonly signed: readonly SignedText[];
  resolve(valid: readonly boolean[]): void;
  reject(reason: Error): void;
}

/**
 * A verifier of up to `threads` threads, which start with the first request that is worth it. The last of all
 * processors is left to the rest of the server, where there are several.
 */
export function openSignatureVerifier(threads = Math.max(1, availableParallelism() - 1)): SignatureVerifier {
  return new ThreadedVerifier(threads);
}

class ThreadedVerifier implements SignatureVerifier {
  readonly #threadsMax: number;
  readonly #threads = new Set<Worker>();
  readonly #idle: Worker[] = [];
  readonly #waiting: Batch[] = [];
  readonly #underWay = new Map<Worker, Batch>();
  #failures = 0;
  #isDisposed = false;

  constructor(threadsMax: number) {
    this.#threadsMax = threadsMax;
  }

  async verify(signed: readonly SignedText[]): Promise<readonly boolean[]> {
    if (this.#isDisposed) throw disposed();
    // Handing over costs more than a few verifications.
    if (signed.length <= signaturesInlineMax) return signed.map(verifySigned);
    const batches: Promise<readonly boolean[]>[] = [];
    for (let start = 0; start < signed.length; start += signatureBatchMax) {
      batches.push(this.#submit(signed.slice(start, start + signatureBatchMax)));
    }
    return (await Promise.all(batches)).flat();
  }

  #submit(signed: readonly SignedText[]): Promise<readonly boolean[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly boolean[]>();
    this.#waiting.push({ signed, resolve, reject });
    this.#assign();
    return promise;
  }

  #assign(): void {
    while (this.#waiting.length > 0) {
      const thread = this.#idle.pop() ?? this.#start();
      if (thread === undefined) break;
      const batch = this.#waiting.shift() as Batch;
      this.#underWay.set(thread, batch);
      const { signed } = batch;
      // The process lives on for work that is under way, not for idle threads.
      thread.ref();
      thread.postMessage({
        texts: signed.map(({ text }) => text),
        signatures: signed.map(({ signature }) => signature),
        keys: signed.map(({ key }) => key),
      } satisfies SignatureBatch);
    }
    // Where no thread lives, this one does the work.
    if (this.#threads.size === 0) for (const batch of this.#waiting.splice(0)) verifyHere(batch);
  }

  /** One more thread, as long as there may be one and they do not fail. */
  #start(): Worker | undefined {
    if (this.#threads.size + this.#failures >= this.#threadsMax) return undefined;
    // The sources run as they are, and compiled: the thread's file has the ending that this one has.
    const file = new URL(`./signature-thread${extname(import.meta.url)}`, import.meta.url);
    const thread = new Worker(file);
    this.#threads.add(thread);
    thread.on('message', (valid: readonly boolean[]) => {
      this.#underWay.get(thread)?.resolve(valid);
      this.#underWay.delete(thread);
      this.#idle.push(thread);
      thread.unref();
      this.#assign();
    });
    thread.on('error', () => this.#lose(thread));
    thread.on('exit', () => this.#lose(thread));
    return thread;
  }

  /** A thread that has ended by itself: what it was given is done here, and no other takes its place. */
  #lose(thread: Worker): void {
    if (!this.#threads.delete(thread) || this.#isDisposed) return;
    this.#failures++;
    const at = this.#idle.indexOf(thread);
    if (at !== -1) this.#idle.splice(at, 1);
    const batch = this.#underWay.get(thread);
    this.#underWay.delete(thread);
    if (batch) verifyHere(batch);
    this.#assign();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    for (const batch of [...this.#underWay.values(), ...this.#waiting.splice(0)]) batch.reject(disposed());
    this.#underWay.clear();
    await Promise.all([...this.#threads].map((thread) => thread.terminate()));
  }
}

function verifyHere({ signed, resolve, reject }: Batch): void {
  try {
    resolve(signed.map(verifySigned));
  } catch (error) {
    // No signature does that, but a key that is none for signatures.
    reject(error as Error);
  }
}

function disposed(): Error {
  return new Error('The verifier of signatures has been closed.');
}
