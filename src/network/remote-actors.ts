// Fetching foreign actors, and the keys that sign for them. A key counts only where its actor's own document lists it, so
// that nobody can name another as the owner of a key. Nothing is kept here: that is for callers.
import { asInvalid, fetchDocument } from '#network/fetch-document';
import type { Getter } from '#network/follow-redirects';
import { RemoteError } from '#network/remote-error';
import type { JsonObject } from '#protocol/activitypub/json-document';
import { type ActorKey, type ForeignActor, isActor, readActor } from '#protocol/activitypub/read-actor';
import { uriOf } from '#protocol/activitypub/reading';
import { sameOrigin, type Uri } from '#protocol/activitypub/uris';

export interface SigningActor {
  readonly actor: ForeignActor;
  readonly key: ActorKey;
}

/** Fetches and checks an actor. The actor's id may differ from `uri` where that only led to it. Throws RemoteError. */
export async function fetchActor(getter: Getter, uri: Uri, signal?: AbortSignal): Promise<ForeignActor> {
  const { document } = await fetchDocument(getter, uri, signal);
  return read(document);
}

/**
 * Fetches the actor that a key belongs to, from the key's id: the actor document itself (`#main-key`), or a document of
 * the key's own (`/main-key`) that names its owner, who must list the key. Throws RemoteError.
 */
export async function fetchSigningActor(
  getter: Getter,
  keyId: Uri,
  signal?: AbortSignal,
): Promise<SigningActor> {
  const { document } = await fetchDocument(getter, keyId, signal);
  const actor = isActor(document) ? read(document) : await fetchOwner(getter, keyId, document, signal);
  const key = actor.keys.find(({ id }) => id === keyId);
  if (!key) throw new RemoteError('invalid', `${actor.id} does not list the key ${keyId}`);
  return { actor, key };
}

async function fetchOwner(
  getter: Getter,
  keyId: Uri,
  document: JsonObject,
  signal: AbortSignal | undefined,
): Promise<ForeignActor> {
  const owner = uriOf(document.owner ?? document.controller);
  if (owner === undefined || !sameOrigin(owner, keyId)) {
    throw new RemoteError('invalid', `The key ${keyId} names no owner on its own origin`);
  }
  const actor = await fetchActor(getter, owner, signal);
  if (actor.id !== owner)
    throw new RemoteError('invalid', `The owner of ${keyId} is not the actor at ${owner}`);
  return actor;
}

function read(document: JsonObject): ForeignActor {
  try {
    return readActor(document);
  } catch (error) {
    throw asInvalid(error, 'The actor cannot be read');
  }
}
