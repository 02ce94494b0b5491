// What our people do with the posts of others: like them and boost them (ActivityPub sections 6.8 and 7.11). Objects are
// named by id only, since nobody may take our word for what others have written.
import { collectionUri } from '#protocol/activitypub/actor-uris';
import { addressingFor, type Visibility } from '#protocol/activitypub/addressing';
import { toDateTime } from '#protocol/activitypub/dates';
import type { JsonObject } from '#protocol/activitypub/json-document';
import { activityStreamsContext } from '#protocol/activitypub/json-ld';
import type { Uri } from '#protocol/activitypub/uris';

export interface Reaction {
  readonly id: Uri;
  readonly actor: Uri;
  /** The post. */
  readonly object: Uri;
  /** Who wrote it, and is told. */
  readonly author: Uri;
}

/** A Like, for the author alone. */
export function buildLike({ id, actor, object, author }: Reaction): JsonObject {
  return { '@context': activityStreamsContext, id, type: 'Like', actor, object, to: [author] };
}

export interface Boost extends Reaction {
  /** A boost that only its author sees would be none. */
  readonly visibility: Exclude<Visibility, 'direct'>;
  /** Milliseconds since the Unix epoch. */
  readonly published: number;
}

/** An Announce, for whom it shows the post to, and for the author. */
export function buildAnnounce({ id, actor, object, author, visibility, published }: Boost): JsonObject {
  return {
    '@context': activityStreamsContext,
    id,
    type: 'Announce',
    actor,
    object,
    published: toDateTime(published),
    ...addressingFor(visibility, collectionUri(actor, 'followers'), [author]),
  };
}
