// The keys of actors elsewhere, found by the id that a signature names: from memory, from the database, or fetched. A
// signature that a kept key did not make may mean that its owner has a new one: then it is fetched once more, rarely
// enough that nobody can use us to flood a server.
import { createPublicKey, type KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { SocialDatabase } from '#databases/social/social-database';
import { makeFetchLimits } from '#domain/social/fetch-limits';
import { type RemoteActorRecords, toRecords } from '#domain/social/remote-actor-records';
import type { Getter } from '#network/follow-redirects';
import { fetchSigningActor } from '#network/remote-actors';
import { RemoteError } from '#network/remote-error';
import { type PreparedSignature, verifySignature } from '#protocol/activitypub/http-signatures';
import { authorityOf, type Uri } from '#protocol/activitypub/uris';
import type { Clock } from '#support/clock';
import { ProtocolError } from '#support/errors';
import { keyFetchDurationMsMax, keyRetryAfterMs } from '#support/limits';

/** Who made a signature. */
export interface Signer extends RemoteActorRecords {
  readonly key: KeyObject;
  /** False where it was fetched and is not in the database yet. */
  stored: boolean;
}

export interface ForeignKeys {
  /**
   * Finds the signer and checks the signature.
   * @throws ProtocolError unauthorized; limitExceeded with `retry_after_ms` where the key would have to be fetched too
   *   soon after the last time; unavailable with `retry_after_ms` where its server does not answer for the moment, so
   *   that nothing can be said of the signature; a RemoteError (status 404 or 410) where that server says it is gone
   */
  verify(prepared: PreparedSignature, getter?: Getter): Promise<Signer>;
  /** As `verify`, by a key that is known already: nobody is asked. */
  verifyByKept(prepared: PreparedSignature): Promise<Signer>;
  /** An actor has said something new of itself, and which keys it has: the others it may have lost to somebody. */
  forget(actor: Uri): void;
}

const signersKeptMax = 10_000;
/** What another process of this server has been told of an actor holds here after so long. */
const signerKeptMsMax = 600_000;
const limitedSubjectsMax = 10_000;
const fetchesAtOnceMax = 200;
/** A first fetch, a refetch when the key changes, and one to spare. */
const fetchesByKey = { burst: 3, intervalMs: 300_000 };
/** A popular post brings many new actors of one host at once. */
const fetchesByHost = { burst: 200, intervalMs: 200 };

export function makeForeignKeys(parts: {
  readonly database: SocialDatabase;
  readonly clock: Clock;
  readonly getter: Getter;
  /** `keyFetchDurationMsMax` unless told. */
  readonly fetchDurationMsMax?: number;
}): ForeignKeys {
  const { database, clock, fetchDurationMsMax = keyFetchDurationMsMax } = parts;
  const kept = new LRUCache<Uri, { readonly signer: Signer; readonly since: number }>({
    max: signersKeptMax,
  });
  const fetching = new Map<Uri, Promise<Signer>>();
  const byKey = makeFetchLimits(clock, fetchesByKey, limitedSubjectsMax);
  const byHost = makeFetchLimits(clock, fetchesByHost, limitedSubjectsMax);

  async function find(keyId: Uri): Promise<Signer | undefined> {
    const known = kept.get(keyId);
    if (known && clock.now() - known.since < signerKeptMsMax) return known.signer;
    const found = await database.read(async (reader) => {
      const key = await reader.actorKey(keyId);
      const actor = key && (await reader.remoteActor(key.actor));
      return key && actor && { key, actor };
    });
    if (!found) return undefined;
    const key = createPublicKey(found.key.publicKey);
    const signer: Signer = { actor: found.actor, keys: [found.key], key, stored: true };
    kept.set(keyId, { signer, since: clock.now() });
    return signer;
  }

  /** One fetch of a key at a time, however many signatures wait for it. */
  function fetch(keyId: Uri, getter: Getter): Promise<Signer> {
    const underWay = fetching.get(keyId);
    if (underWay) return underWay;
    const waitMs = byKey.admit(keyId) || byHost.admit(authorityOf(keyId));
    if (waitMs > 0) {
      throw new ProtocolError('limitExceeded', 'This key has been fetched too often: try again later.', {
        retry_after_ms: waitMs,
      });
    }
    if (fetching.size >= fetchesAtOnceMax) {
      throw new ProtocolError('unavailable', 'Too many keys are being fetched: try again later.', {
        retry_after_ms: keyRetryAfterMs,
      });
    }
    const fetched = fetchSigner(getter, keyId).finally(() => fetching.delete(keyId));
    fetching.set(keyId, fetched);
    return fetched;
  }

  async function fetchSigner(getter: Getter, keyId: Uri): Promise<Signer> {
    const signal = AbortSignal.timeout(fetchDurationMsMax);
    const { actor, key } = await fetchSigningActor(getter, keyId, signal).catch((error: unknown) => {
      throw isPassing(error) ? asUnavailable(error) : error;
    });
    const signer: Signer = { ...toRecords(actor, clock.now()), key: key.key, stored: false };
    kept.set(keyId, { signer, since: clock.now() });
    return signer;
  }

  return {
    async verify(prepared, getter = parts.getter) {
      const { keyId } = prepared;
      const known = await find(keyId);
      if (known) {
        const refusal = refusalOf(prepared, known.key);
        if (!refusal) return known;
        const renewed = await renew(() => fetch(keyId, getter), refusal);
        verifySignature(prepared, renewed.key);
        return renewed;
      }
      const fetched = await fetch(keyId, getter).catch((error: unknown) => {
        throw isGone(error) ? error : asUnauthorized(error);
      });
      verifySignature(prepared, fetched.key);
      return fetched;
    },
    async verifyByKept(prepared) {
      const known = await find(prepared.keyId);
      if (!known) throw new ProtocolError('unauthorized', 'The key of the signature is not known.');
      verifySignature(prepared, known.key);
      return known;
    },
    forget(actor) {
      const lost = [...kept].filter(([, { signer }]) => signer.actor.uri === actor);
      for (const [keyId] of lost) kept.delete(keyId);
    },
  };
}

/** True where the server of what was fetched says that it does not exist. */
export function isGone(error: unknown): error is RemoteError {
  return error instanceof RemoteError && (error.remoteStatus === 404 || error.remoteStatus === 410);
}

const passingStatuses: ReadonlySet<number> = new Set([408, 425, 429]);

/** True for what another try may mend, and what therefore says nothing about a signature or a document. */
export function isPassing(error: unknown): error is RemoteError {
  if (!(error instanceof RemoteError)) return false;
  const { failure, remoteStatus = 0 } = error;
  return (
    failure === 'unreachable' ||
    failure === 'timeout' ||
    (failure === 'status' && (remoteStatus >= 500 || passingStatuses.has(remoteStatus)))
  );
}

function refusalOf(prepared: PreparedSignature, key: KeyObject): ProtocolError | undefined {
  try {
    verifySignature(prepared, key);
    return undefined;
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
}

/**
 * Where there is no newer key, or none may be asked for, the signature is refused for what it was refused for; where its
 * server does not answer, nobody knows.
 */
async function renew(fetch: () => Promise<Signer>, refusal: ProtocolError): Promise<Signer> {
  try {
    return await fetch();
  } catch (error) {
    throw error instanceof ProtocolError && error.kind !== 'unavailable' ? refusal : error;
  }
}

function asUnauthorized(error: unknown): unknown {
  if (!(error instanceof RemoteError)) return error;
  return new ProtocolError('unauthorized', `The key of the signature cannot be had: ${error.message}`);
}

function asUnavailable(error: RemoteError): ProtocolError {
  return new ProtocolError('unavailable', `The key of the signature cannot be had now: ${error.message}`, {
    retry_after_ms: keyRetryAfterMs,
  });
}
