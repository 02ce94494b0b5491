// Filters that clients keep with us. Client-Server API, "Filtering". A filter never changes, so its id is a digest of
// what it says: the same filter has the same id, and storing it again changes nothing.
import { createHash } from 'node:crypto';
import type { Identity } from '#domain/identity/identity';
import { canonicalJson } from '#protocol/matrix/canonical-json';
import { type Filter, parseFilter } from '#protocol/matrix/filters';
import type { UserId } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import { ProtocolError } from '#support/errors';
import { filterBytesMax } from '#support/limits';

/** 96 bits of the digest, in URL-safe Base64, which never begins with the `{` of a filter written out. */
const filterIdBytes = 12;
const filterIdCharacters = (filterIdBytes / 3) * 4;

/**
 * Keeps a filter.
 * @returns its id
 * @throws ProtocolError badJson when it is no filter, invalidParam when it is too large
 */
export async function defineFilter(
  { accounts }: Identity,
  userId: UserId,
  filter: JsonObject,
): Promise<string> {
  parseFilter(filter);
  const canonical = canonicalJson(filter);
  if (Buffer.byteLength(canonical) > filterBytesMax) {
    throw new ProtocolError('invalidParam', `A filter has at most ${filterBytesMax} bytes.`);
  }
  const digest = createHash('sha256').update(canonical).digest();
  const filterId = digest.subarray(0, filterIdBytes).toString('base64url');
  await accounts.write((writer) => writer.setFilter(userId, filterId, filter), { idempotent: true });
  return filterId;
}

/** A filter as it was given. @throws ProtocolError notFound */
export async function getFilter(
  { accounts }: Identity,
  userId: UserId,
  filterId: string,
): Promise<JsonObject> {
  // What is no id of ours is not looked up: it need not even fit a key of the store.
  const mayExist = filterId.length === filterIdCharacters;
  const filter = mayExist ? await accounts.read((reader) => reader.filter(userId, filterId)) : undefined;
  if (!filter) throw new ProtocolError('notFound', 'You have no filter with this id.');
  return filter;
}

/**
 * The filter that a request means by its `filter` parameter: written out, or the id of one that is kept.
 * @throws ProtocolError notJson, badJson for one that is written out and malformed; notFound for an unknown id
 */
export async function resolveFilter(identity: Identity, userId: UserId, parameter: string): Promise<Filter> {
  if (!parameter.startsWith('{')) return parseFilter(await getFilter(identity, userId, parameter));
  let written: unknown;
  try {
    written = JSON.parse(parameter);
  } catch {
    throw new ProtocolError('notJson', 'The filter is not valid JSON.');
  }
  return parseFilter(written);
}
