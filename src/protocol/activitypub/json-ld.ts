// Activity Streams is read as plain JSON, which is right only while a document's own contexts leave the core terms as
// they are (Activity Streams 2.0 section 2.1). Contexts by reference are never fetched; inline ones are checked here.
import { isObject, type JsonObject, type JsonValue } from '#protocol/activitypub/json-document';
import { ProtocolError } from '#support/errors';

export const activityStreamsContext = 'https://www.w3.org/ns/activitystreams';
const namespace = `${activityStreamsContext}#`;

const prefixes: Record<string, string> = {
  as: namespace,
  ldp: 'http://www.w3.org/ns/ldp#',
  sec: 'https://w3id.org/security#',
};
/** The terms that are read here, or that decide what an object is. */
const termsByPrefix: Record<string, string> = {
  as: `actor alsoKnownAs anyOf attachment attributedTo audience bcc bto cc content deleted endpoints first followers
    following href icon image inReplyTo items last liked likes mediaType movedTo name next object oneOf orderedItems
    origin outbox partOf preferredUsername prev published replies result sharedInbox shares summary tag target to
    totalItems updated url Accept Activity Add Announce Application Article Audio Block Collection CollectionPage
    Create Delete Dislike Document Event Flag Follow Group Ignore Image Invite Join Leave Like Link Listen Mention
    Move Note Object Offer OrderedCollection OrderedCollectionPage Organization Page Person Place Profile Public
    Question Read Reject Relationship Remove Service TentativeAccept TentativeReject Tombstone Travel Undo Update
    Video View`,
  ldp: 'inbox',
  sec: 'assertionMethod controller owner publicKey publicKeyMultibase publicKeyPem Multikey',
};

/** What each core term means: the only definitions that an inline context may give it. */
const coreTerms = new Map<string, ReadonlySet<string>>([
  ['id', new Set(['@id'])],
  ['type', new Set(['@type'])],
  // LitePub's, for a reaction (FEP-c0e0).
  ['EmojiReact', new Set(['litepub:EmojiReact', 'http://litepub.social/ns#EmojiReact'])],
]);
for (const [prefix, terms] of Object.entries(termsByPrefix)) {
  for (const term of terms.split(/\s+/)) {
    coreTerms.set(term, new Set([`${prefix}:${term}`, prefixes[prefix] + term]));
  }
}
for (const [prefix, iri] of Object.entries(prefixes)) coreTerms.set(prefix, new Set([iri]));

/**
 * Refuses a document, at any depth, whose inline contexts redefine a core term or that writes core terms in another
 * way (`as:actor`), so that a JSON-LD reader would see another document than we do. Throws badJson.
 */
export function checkContexts(value: JsonValue | undefined): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    value.forEach(checkContexts);
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    if (key === '@context') checkContext(inner);
    else checkContexts(inner);
    // Extensions of the namespace, such as `as:manuallyApprovesFollowers`, do get written so.
    if (coreTerms.has(shortName(key) ?? '')) {
      throw new ProtocolError('badJson', `The property ${key} must be written by its short name`);
    }
  }
}

/** What is left of a property that is written with the namespace of Activity Streams; undefined for all others. */
function shortName(key: string): string | undefined {
  if (key.startsWith('as:')) return key.slice('as:'.length);
  return key.startsWith(namespace) ? key.slice(namespace.length) : undefined;
}

function checkContext(context: JsonValue | undefined): void {
  if (Array.isArray(context)) context.forEach(checkContext);
  if (!isObject(context)) return;
  for (const [term, definition] of Object.entries(context)) {
    const meanings = coreTerms.get(term);
    if (isObject(definition)) checkContext(definition['@context']);
    if (!meanings) continue;
    const iri = isObject(definition) ? definition['@id'] : definition;
    if (typeof iri !== 'string' || !meanings.has(iri) || (isObject(definition) && '@reverse' in definition)) {
      throw new ProtocolError('badJson', `The @context must not redefine ${term}`);
    }
  }
}

/** `id`, also where it is written `@id`. Undefined where there is none; two that differ are refused. */
export function idOf(object: JsonObject): JsonValue | undefined {
  return aliased(object, 'id');
}

/** The types, as short names, also where they are written `@type`, as `as:…` or in full. */
export function typesOf(object: JsonObject): string[] {
  return asArray(aliased(object, 'type'))
    .filter((type) => typeof type === 'string')
    .map((type) => type.replace(/^as:/, '').replace(namespace, ''));
}

/** JSON-LD does not tell a lone value from an array of one, nor null from nothing (JSON-LD 1.1 API section 5.1.2). */
export function asArray(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return [value as JsonValue];
  return value.includes(null) ? value.filter((entry) => entry !== null) : value;
}

function aliased(object: JsonObject, name: 'id' | 'type'): JsonValue | undefined {
  const alias = object[`@${name}`];
  if (alias !== undefined && object[name] !== undefined) {
    throw new ProtocolError('badJson', `A document must not have both ${name} and @${name}`);
  }
  return object[name] ?? alias;
}
