// A foreign actor document, read strictly: everything that will be trusted, posted to or compared must lie on the origin
// of the actor's id, and every key must be the actor's own (ActivityPub section 4.1; FEP-fe34).
import type { KeyObject } from 'node:crypto';
import { readAttachments } from '#protocol/activitypub/attachments';
import { isObject, type JsonObject, type JsonValue } from '#protocol/activitypub/json-document';
import { asArray, checkContexts, idOf, typesOf } from '#protocol/activitypub/json-ld';
import { readMultibase, readPublicKeyPem } from '#protocol/activitypub/public-keys';
import { textOf, uriOf, urisOf } from '#protocol/activitypub/reading';
import { requireUri, sameOrigin, type Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';
import { actorAliasesMax } from '#support/limits';

export const actorTypes = ['Application', 'Group', 'Organization', 'Person', 'Service'] as const;
export type ActorType = (typeof actorTypes)[number];

export interface ActorKey {
  readonly id: Uri;
  readonly key: KeyObject;
}

export interface ForeignActor {
  readonly id: Uri;
  readonly type: ActorType;
  readonly preferredUsername: string;
  /** Text, not HTML. */
  readonly name: string;
  /** HTML that is not safe yet. */
  readonly summary: string;
  readonly inbox: Uri;
  readonly sharedInbox?: Uri;
  readonly outbox?: Uri;
  readonly followers?: Uri;
  readonly following?: Uri;
  /** The page for people, where it lies on the same origin; the id otherwise. */
  readonly url: Uri;
  readonly keys: readonly ActorKey[];
  /** A picture, on any host; nothing has fetched it. */
  readonly icon?: Uri;
  readonly manuallyApprovesFollowers: boolean;
  /** Where the actor says that it has moved to, unless that is itself. */
  readonly movedTo?: Uri;
  /** Other actors that this one says it is too. */
  readonly alsoKnownAs: readonly Uri[];
}

const keysMax = 8;
const nameCharactersMax = 500;
const summaryCharactersMax = 20_000;

/** True where a document claims to be an actor. */
export function isActor(document: JsonObject): boolean {
  return actorTypeOf(document) !== undefined;
}

/** Reads an actor. Throws badJson, naming the property that is wrong. */
export function readActor(document: JsonObject): ForeignActor {
  checkContexts(document);
  const id = requireUri(idOf(document), 'id');
  const type = actorTypeOf(document);
  if (type === undefined) throw new ProtocolError('badJson', 'type must be a type of actor');
  const preferredUsername = textOf(document.preferredUsername, 256);
  if (!preferredUsername || /[\s\p{Cc}@/]/u.test(preferredUsername)) {
    throw new ProtocolError('badJson', 'preferredUsername must be a name without spaces, @ or /');
  }
  const own = (value: JsonValue | undefined, what: string) => requireOwn(id, value, what);
  const optional = (name: 'outbox' | 'followers' | 'following') =>
    document[name] === undefined || document[name] === null ? {} : { [name]: own(document[name], name) };
  const endpoints = document.endpoints;
  const sharedInbox = isObject(endpoints) ? (endpoints.sharedInbox ?? undefined) : undefined;
  const movedTo = uriOf(asArray(document.movedTo)[0]);
  const [icon] = readAttachments(document.icon);
  return {
    id,
    type,
    preferredUsername,
    name: textOf(document.name, nameCharactersMax) ?? preferredUsername,
    summary: textOf(document.summary, summaryCharactersMax) ?? '',
    inbox: own(document.inbox, 'inbox'),
    ...(sharedInbox === undefined ? {} : { sharedInbox: own(sharedInbox, 'sharedInbox') }),
    ...optional('outbox'),
    ...optional('followers'),
    ...optional('following'),
    url: pageOf(document, id),
    keys: readKeys(document, id),
    ...(icon ? { icon: icon.url } : {}),
    manuallyApprovesFollowers: document.manuallyApprovesFollowers === true,
    ...(movedTo === undefined || movedTo === id ? {} : { movedTo }),
    alsoKnownAs: urisOf(document.alsoKnownAs)
      .filter((uri) => uri !== id)
      .slice(0, actorAliasesMax),
  };
}

function actorTypeOf(document: JsonObject): ActorType | undefined {
  return actorTypes.find((type) => typesOf(document).includes(type));
}

function requireOwn(id: Uri, value: JsonValue | undefined, what: string): Uri {
  const uri = uriOf(asArray(value)[0]);
  if (uri === undefined || !sameOrigin(uri, id)) {
    throw new ProtocolError('badJson', `${what} must be a URI on the origin of the actor's id`);
  }
  return uri;
}

/** A key of another actor in the document refuses it whole; one that cannot be read is as good as absent. */
function readKeys(document: JsonObject, actor: Uri): ActorKey[] {
  const keys: ActorKey[] = [];
  const add = (entry: JsonObject, ownerProperty: 'owner' | 'controller', read: () => KeyObject) => {
    if (uriOf(entry[ownerProperty]) !== actor) {
      throw new ProtocolError(
        'badJson',
        `A key in an actor document must have that actor as its ${ownerProperty}`,
      );
    }
    const id = requireOwn(actor, idOf(entry), 'The id of a key');
    if (keys.length >= keysMax || keys.some((earlier) => earlier.id === id)) return;
    try {
      keys.push({ id, key: read() });
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  };
  for (const entry of asArray(document.publicKey)) {
    if (isObject(entry)) add(entry, 'owner', () => readPublicKeyPem(String(entry.publicKeyPem)));
  }
  for (const entry of asArray(document.assertionMethod)) {
    if (isObject(entry)) add(entry, 'controller', () => readMultibase(String(entry.publicKeyMultibase)));
  }
  return keys;
}

function pageOf(document: JsonObject, id: Uri): Uri {
  for (const value of asArray(document.url)) {
    const uri = uriOf(isObject(value) ? value.href : value);
    if (uri !== undefined && sameOrigin(uri, id)) return uri;
  }
  return id;
}
