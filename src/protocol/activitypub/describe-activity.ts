// What an activity says, as plain data to print: everything is read and checked just as an inbox would, as far as the
// document alone can tell, without who signed it and without what is stored.
import { checkAuthority } from '#protocol/activitypub/activity-authority';
import { collectionUri } from '#protocol/activitypub/actor-uris';
import { type Visibility, visibilityOf } from '#protocol/activitypub/addressing';
import type { Attachment } from '#protocol/activitypub/attachments';
import type { JsonObject } from '#protocol/activitypub/json-document';
import {
  type ActivityEnds,
  type ActivityType,
  type IncomingActivity,
  readActivity,
} from '#protocol/activitypub/read-activity';
import { type ForeignActor, isActor, readActor } from '#protocol/activitypub/read-actor';
import { isPost, type Mention, readNote } from '#protocol/activitypub/read-note';
import type { Addressing } from '#protocol/activitypub/reading';
import { htmlToText } from '#protocol/activitypub/sanitise-html';
import type { Uri } from '#protocol/activitypub/uris';

export interface ActivityDescription {
  readonly id: Uri;
  readonly type: ActivityType;
  readonly actor: Uri;
  readonly object: { readonly id?: Uri; readonly type?: string; readonly ends?: ActivityEnds };
  /** All that a Flag names. */
  readonly flagged?: readonly Uri[];
  readonly target?: Uri;
  readonly content?: string;
  /** Milliseconds since the Unix epoch. */
  readonly published?: number;
  readonly visibility: Visibility;
  /** Everybody and every collection that is named, each once, the Public collection among them. */
  readonly recipients: readonly Uri[];
  /** The post that is created or changed. */
  readonly note?: NoteDescription;
  /** What an actor says of itself now. */
  readonly profile?: Pick<
    ForeignActor,
    'type' | 'preferredUsername' | 'name' | 'inbox' | 'alsoKnownAs' | 'movedTo'
  >;
}

export interface NoteDescription {
  readonly id: Uri;
  readonly type: string;
  readonly author: Uri;
  readonly visibility: Visibility;
  readonly published?: number;
  readonly updated?: number;
  readonly inReplyTo?: Uri;
  /** A title, and a content warning. */
  readonly name?: string;
  readonly summary?: string;
  readonly language?: string;
  readonly sensitive: boolean;
  /** Characters of the text, without its HTML. */
  readonly textCharacters: number;
  readonly mentions: readonly Mention[];
  readonly hashtags: readonly string[];
  readonly attachments: readonly Attachment[];
}

/**
 * Describes an activity that was read by `readJsonDocument`. Which collection is that of the actor's followers stands in
 * the actor's document; without `followers` it is taken to lie where most servers have it.
 * @throws ProtocolError badJson, forbidden: the one that an inbox answers
 */
export function describeActivity(document: JsonObject, followers?: Uri): ActivityDescription {
  const activity = readActivity(document);
  checkAuthority(activity);
  const { id, type, actor, object, flagged, target, content, published } = activity;
  const { embedded: _embedded, ...named } = object;
  const collection = followers ?? collectionUri(actor, 'followers');
  return {
    id,
    type,
    actor,
    object: named,
    ...(flagged ? { flagged } : {}),
    ...(target === undefined ? {} : { target }),
    ...(content === undefined ? {} : { content }),
    ...(published === undefined ? {} : { published }),
    visibility: visibilityOf(activity, collection),
    recipients: recipientsOf(activity),
    ...describeObject(activity, collection),
  };
}

/** Only what is created or changed is read further: of all else the id counts. */
function describeObject(
  { type, object: { embedded } }: IncomingActivity,
  followers: Uri,
): Pick<ActivityDescription, 'note' | 'profile'> {
  if (!embedded || (type !== 'Create' && type !== 'Update')) return {};
  if (isPost(embedded)) return { note: describeNote(embedded, followers) };
  // Of whom it is has been checked: an actor speaks for itself alone.
  if (!isActor(embedded)) return {};
  const { type: kind, preferredUsername, name, inbox, alsoKnownAs, movedTo } = readActor(embedded);
  return {
    profile: {
      type: kind,
      preferredUsername,
      name,
      inbox,
      alsoKnownAs,
      ...(movedTo === undefined ? {} : { movedTo }),
    },
  };
}

function describeNote(embedded: JsonObject, followers: Uri): NoteDescription {
  const {
    attributedTo,
    content,
    url: _url,
    to,
    cc,
    bto: _bto,
    bcc: _bcc,
    audience: _audience,
    ...note
  } = readNote(embedded);
  return {
    ...note,
    author: attributedTo,
    visibility: visibilityOf({ to, cc }, followers),
    textCharacters: [...htmlToText(content)].length,
  };
}

function recipientsOf({ to, cc, bto, bcc, audience }: Addressing): Uri[] {
  return [...new Set([...to, ...cc, ...bto, ...bcc, ...audience])];
}
