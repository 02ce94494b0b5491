// The engine for a FoundationDB cluster (7.1 or newer). The package would retry by itself; we take its raw attempts,
// because only our own loop (store.ts) knows what to do about a commit of unknown outcome.
import { access, constants } from 'node:fs/promises';
import type { Engine, Watch } from '#store/contract';
import { type Binding, type BindingDatabase, loadBinding } from '#store/engines/foundationdb/binding';
import { FoundationdbTransaction, toStoreError } from '#store/engines/foundationdb/transaction';
import { StoreError, storeErrors } from '#store/errors';

/** The C API's version that we speak, and that of the headers that we assume: a 7.1 library refuses newer ones. */
const apiVersion = 710;
/** An attempt that hears nothing for so long fails with 1031: the five seconds of a transaction, and its commit. */
const attemptMsMax = 10_000;
/** While a client finds out which version its cluster speaks, attempts fail with 1039. */
const probesMax = 5;
/** The package hands paths on in a buffer of 1,024 bytes, and cuts longer ones off silently. */
const clusterFilePathBytesMax = 1_023;

export interface FoundationdbOptions {
  readonly binding?: Binding;
}

/**
 * Connects to the cluster that the file names. Throws an `Error` that says what is missing: the file, the npm package,
 * the client library, an answer from the cluster. The package's network thread serves all engines of a process and
 * ends with it (`process.on('exit')`); it cannot be started twice, so closing an engine leaves it running. It keeps no
 * process alive: only reads, commits and watches under way do, and those end with `await using`.
 */
export async function openFoundationdbEngine(
  clusterFile: string,
  options: FoundationdbOptions = {},
): Promise<Engine> {
  if (Buffer.byteLength(clusterFile) > clusterFilePathBytesMax) {
    throw new Error(`A cluster file's path has at most ${clusterFilePathBytesMax} bytes: ${clusterFile}`);
  }
  try {
    await access(clusterFile, constants.R_OK);
  } catch (error) {
    throw new Error(`FoundationDB's cluster file ${clusterFile} cannot be read`, { cause: error });
  }
  const binding = options.binding ?? (await loadBinding());
  binding.setAPIVersion(apiVersion, apiVersion);
  const engine = new FoundationdbEngine(openDatabase(binding, clusterFile));
  try {
    await engine.checkAnswers(clusterFile);
  } catch (error) {
    await engine[Symbol.asyncDispose]();
    throw error;
  }
  return engine;
}

function openDatabase(binding: Binding, clusterFile: string): BindingDatabase {
  try {
    return binding.open(clusterFile);
  } catch (error) {
    throw toStoreError(error);
  }
}

class FoundationdbEngine implements Engine {
  readonly commitMayBeUnknown = true;
  /** Never: a cluster that cannot be reached may come back, and the client waits for it. */
  readonly failed = new AbortController().signal;
  readonly #database: BindingDatabase;
  readonly #watches = new Set<Watch>();
  #closed = false;

  constructor(database: BindingDatabase) {
    this.#database = database;
    this.#database.setNativeOptions({ transaction_timeout: attemptMsMax });
  }

  begin(): FoundationdbTransaction {
    if (this.#closed) throw new StoreError(storeErrors.clientInvalidOperation, 'this engine is closed');
    try {
      return new FoundationdbTransaction(this.#database.rawCreateTransaction(), this.#watches);
    } catch (error) {
      throw toStoreError(error);
    }
  }

  /** A client waits for ever for a cluster that is not there; whoever opens one wants to know. */
  async checkAnswers(clusterFile: string, attempts = probesMax): Promise<void> {
    const transaction = this.begin();
    try {
      await transaction.position();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      const mayTryAgain = error.isRetryable || error.isOutcomeUnknown;
      if (mayTryAgain && attempts > 1) return await this.checkAnswers(clusterFile, attempts - 1);
      if (error.code !== storeErrors.transactionTimedOut) throw error;
      throw new Error(
        `The cluster of ${clusterFile} did not answer within ${attemptMsMax} ms: are its servers up?`,
        { cause: error },
      );
    } finally {
      transaction.cancel();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const watches = [...this.#watches];
    for (const watch of watches) watch.cancel();
    await Promise.allSettled(watches.map((watch) => watch.changed));
    this.#database.close();
  }
}
