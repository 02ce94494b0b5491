// An activity that arrives, read tolerantly in form and strictly in meaning: JSON-LD's ways of writing one thing become
// one, and what could be understood in two ways is refused (ActivityPub section 7; FEP-fe34 for ownership).
import { parseDateTime } from '#protocol/activitypub/dates';
import { isObject, type JsonObject } from '#protocol/activitypub/json-document';
import { asArray, checkContexts, idOf, typesOf } from '#protocol/activitypub/json-ld';
import {
  type Addressing,
  oneOf,
  readAddressing,
  requireOne,
  textOf,
  uriOf,
  urisOf,
} from '#protocol/activitypub/reading';
import { requireUri, sameOrigin, type Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';
import { flagCharactersMax, flaggedObjectsMax, reactionCharactersMax } from '#support/limits';

export const activityTypes = [
  'Accept',
  'Add',
  'Announce',
  'Block',
  'Create',
  'Delete',
  'Dislike',
  'Flag',
  'Follow',
  'Ignore',
  'Join',
  'Leave',
  'Like',
  'Move',
  'Offer',
  'Read',
  'Reject',
  'Remove',
  'TentativeAccept',
  'TentativeReject',
  'Undo',
  'Update',
  'View',
] as const;
export type ActivityType = (typeof activityTypes)[number];

/** Whose an activity is, and of what: there is one Follow, Like, Announce and Block of a pair. */
export interface ActivityEnds {
  readonly actor: Uri;
  readonly object: Uri;
}

export interface ActivityObject {
  /** Absent only where an activity is answered or undone that is embedded without one: `ends` tells which it is. */
  readonly id?: Uri;
  /** Known only where the object is embedded; of an activity, as in `IncomingActivity`. */
  readonly type?: string;
  /** As it was sent. Never for an Announce or a Flag: they say nothing about what others have written. */
  readonly embedded?: JsonObject;
  /** Of an activity that is answered or undone and comes embedded. */
  readonly ends?: ActivityEnds;
}

export interface NamedObject extends ActivityObject {
  readonly id: Uri;
}

export interface IncomingActivity extends Addressing {
  readonly id: Uri;
  /** A reaction with an emoji is a Like (FEP-c0e0). */
  readonly type: ActivityType;
  readonly actor: Uri;
  readonly object: ActivityObject;
  /** All that a Flag names, `object` first, each once. */
  readonly flagged?: readonly Uri[];
  /** Where an actor moves to, or the collection that is added to or removed from. */
  readonly target?: Uri;
  /** Text, not HTML: the emoji of a reaction, or what is said with a Flag. */
  readonly content?: string;
  /** Milliseconds since the Unix epoch. */
  readonly published?: number;
  readonly raw: JsonObject;
}

/**
 * Reads an activity. The id must lie on the actor's origin, since only that server can speak for it. Throws badJson.
 * Who signed it is not known here: `actor` must still be compared with the owner of the key.
 */
export function readActivity(document: JsonObject): IncomingActivity {
  checkContexts(document);
  const type = activityTypeOf(document);
  const actor = requireOne(document, 'actor');
  const id = requireUri(idOf(document), 'id');
  if (!sameOrigin(id, actor))
    throw new ProtocolError('badJson', 'An activity must have an id on the origin of its actor');
  const flagged = type === 'Flag' ? readFlagged(document) : undefined;
  const object = flagged ? { id: flagged[0]! } : readObject(document, type);
  const target = readTarget(document, type);
  const content = readContent(document, type);
  const published = parseDateTime(document.published);
  return {
    id,
    type,
    actor,
    object,
    ...(flagged ? { flagged } : {}),
    ...(target === undefined ? {} : { target }),
    ...(content ? { content } : {}),
    ...(published === undefined ? {} : { published }),
    ...readAddressing(document),
    raw: document,
  };
}

/** The type of a document that may be an activity, at no cost beyond a look: for gates before anything dear. */
export function activityTypeOf(document: JsonObject): ActivityType {
  const [type, ...others] = activityTypesOf(document);
  if (type === undefined || others.length > 0) {
    throw new ProtocolError('badJson', 'type must be exactly one type of activity');
  }
  return type;
}

/** FEP-c0e0 lets both be used for the same; LitePub's name for it is written in these ways. */
const reactionTypes = ['EmojiReact', 'litepub:EmojiReact', 'http://litepub.social/ns#EmojiReact'];

function activityTypesOf(document: JsonObject): ActivityType[] {
  const types = typesOf(document).flatMap((name) => {
    if (reactionTypes.includes(name)) return ['Like' as const];
    return activityTypes.filter((type) => type === name);
  });
  return [...new Set(types)];
}

function readObject(document: JsonObject, activityType: ActivityType): ActivityObject {
  const values = asArray(document.object);
  const [value] = values;
  if (values.length !== 1) throw new ProtocolError('badJson', 'object must name exactly one object');
  if (isAnswer(activityType) && isObject(value) && (idOf(value) ?? null) === null) {
    return withoutId(value, activityType);
  }
  const id = uriOf(value);
  if (id === undefined) throw noId();
  if (!isObject(value)) return { id };
  const type = activityTypesOf(value)[0] ?? typesOf(value)[0];
  const ends = isAnswer(activityType) ? endsOf(value) : undefined;
  return {
    id,
    ...(activityType === 'Announce' ? {} : { embedded: value }),
    ...(type === undefined ? {} : { type }),
    ...(ends ? { ends } : {}),
  };
}

function isAnswer(type: ActivityType): boolean {
  return type === 'Accept' || type === 'Reject' || type === 'Undo';
}

/** Some servers answer or undo without an id. Both ends must be told: nothing else says which activity it is. */
function withoutId(value: JsonObject, answer: ActivityType): ActivityObject {
  const types = activityTypesOf(value);
  const [type] = types;
  if (types.length !== 1 || !type || !(answer === 'Undo' ? undoable : answerable).includes(type))
    throw noId();
  const ends = { actor: requireOne(value, 'actor'), object: requireOne(value, 'object') };
  return { type, embedded: value, ends };
}

/** What there is one of between two: the only activities that their ends can name. */
const undoable: readonly ActivityType[] = ['Announce', 'Block', 'Follow', 'Like'];
const answerable: readonly ActivityType[] = ['Follow'];

function endsOf(embedded: JsonObject): ActivityEnds | undefined {
  const actor = oneOf(embedded, 'actor');
  const object = oneOf(embedded, 'object');
  return actor === undefined || object === undefined ? undefined : { actor, object };
}

/** A Flag names whom it is about and, in the same list, which of their posts. */
function readFlagged(document: JsonObject): Uri[] {
  const flagged = urisOf(document.object);
  if (flagged.length === 0) throw noId();
  if (flagged.length > flaggedObjectsMax) {
    throw new ProtocolError('badJson', `A Flag may name at most ${flaggedObjectsMax} objects`);
  }
  return flagged;
}

/** What a Move cannot be understood without. Others are given targets of many kinds, most of which say nothing to us. */
function readTarget(document: JsonObject, type: ActivityType): Uri | undefined {
  if (type !== 'Move') return oneOf(document, 'target');
  const target = requireOne(document, 'target');
  if (target === oneOf(document, 'object')) {
    throw new ProtocolError('badJson', 'target must be another actor than the one that moves');
  }
  return target;
}

/** Misskey puts reactions into a property of its own as well, Lemmy its reasons into the summary. */
function readContent(document: JsonObject, type: ActivityType): string | undefined {
  if (type === 'Flag') return textOf(document.content ?? document.summary, flagCharactersMax);
  if (type !== 'Like') return undefined;
  const reaction = textOf(document.content ?? document._misskey_reaction, reactionCharactersMax + 1)?.trim();
  // What is longer is no emoji: a Like all the same.
  return reaction !== undefined && reaction.length <= reactionCharactersMax ? reaction : undefined;
}

function noId(): ProtocolError {
  return new ProtocolError('badJson', 'object must have an id that is an http or https URI');
}
