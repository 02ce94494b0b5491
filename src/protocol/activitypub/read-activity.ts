// An activity that arrives, read tolerantly in form and strictly in meaning: JSON-LD's ways of writing one thing become
// one, and what could be understood in two ways is refused (ActivityPub section 7; FEP-fe34 for ownership).
import { parseDateTime } from '#protocol/activitypub/dates';
import { isObject, type JsonObject, type JsonValue } from '#protocol/activitypub/json-document';
import { asArray, checkContexts, idOf, typesOf } from '#protocol/activitypub/json-ld';
import {
  type Addressing,
  optionalOne,
  readAddressing,
  requireOne,
  uriOf,
} from '#protocol/activitypub/reading';
import { requireUri, sameOrigin, type Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';

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

export interface ActivityObject {
  /** Absent only where a Follow is answered or undone that is embedded without one: its two ends tell which it is. */
  readonly id?: Uri;
  /** Known only where the object is embedded. */
  readonly type?: string;
  readonly embedded?: JsonObject;
}

export interface NamedObject extends ActivityObject {
  readonly id: Uri;
}

export interface IncomingActivity extends Addressing {
  readonly id: Uri;
  readonly type: ActivityType;
  readonly actor: Uri;
  readonly object: ActivityObject;
  readonly target?: Uri;
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
  const object = readObject(document, type);
  const target = optionalOne(document, 'target');
  const published = parseDateTime(document.published);
  return {
    id,
    type,
    actor,
    object,
    ...(target === undefined ? {} : { target }),
    ...(published === undefined ? {} : { published }),
    ...readAddressing(document),
    raw: document,
  };
}

/** The type of a document that may be an activity, at no cost beyond a look: for gates before anything dear. */
export function activityTypeOf(document: JsonObject): ActivityType {
  const known = typesOf(document).filter((type) => activityTypes.some((name) => name === type));
  if (known.length !== 1) throw new ProtocolError('badJson', 'type must be exactly one type of activity');
  return known[0] as ActivityType;
}

const typesOfAnswers: ReadonlySet<ActivityType> = new Set(['Accept', 'Reject', 'Undo']);

function readObject(document: JsonObject, activityType: ActivityType): ActivityObject {
  const values = asArray(document.object);
  const [value] = values;
  if (values.length !== 1) throw new ProtocolError('badJson', 'object must name exactly one object');
  if (typesOfAnswers.has(activityType) && isFollowWithoutId(value))
    return { type: 'Follow', embedded: value };
  const id = uriOf(value);
  if (id === undefined)
    throw new ProtocolError('badJson', 'object must have an id that is an http or https URI');
  if (!isObject(value)) return { id };
  const [type] = typesOf(value);
  return { id, embedded: value, ...(type === undefined ? {} : { type }) };
}

/** Both ends must be told: nothing else says which Follow it is. An id that is none is still refused. */
function isFollowWithoutId(value: JsonValue | undefined): value is JsonObject {
  if (!isObject(value) || typesOf(value).join() !== 'Follow' || (idOf(value) ?? null) !== null) return false;
  requireOne(value, 'actor');
  requireOne(value, 'object');
  return true;
}
