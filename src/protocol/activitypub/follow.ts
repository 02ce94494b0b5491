// The conversation about following (ActivityPub sections 6.5, 6.10, 7.5, 7.6 and 7.7): Follow, Accept, Reject and Undo.
// Answers and undoings embed what they refer to, because not every server can look it up again.
import type { JsonObject } from '#protocol/activitypub/json-document';
import { activityStreamsContext } from '#protocol/activitypub/json-ld';
import type { Uri } from '#protocol/activitypub/uris';

export interface Follow {
  readonly id: Uri;
  readonly actor: Uri;
  readonly object: Uri;
}

export function buildFollow(follow: Follow): JsonObject {
  return { '@context': activityStreamsContext, ...followObject(follow), to: [follow.object] };
}

/** The followed actor's yes. */
export function buildAccept(id: Uri, follow: Follow): JsonObject {
  return answer('Accept', id, follow);
}

/** The followed actor's no; after an Accept, the end of the relation. */
export function buildReject(id: Uri, follow: Follow): JsonObject {
  return answer('Reject', id, follow);
}

/** The follower's end of the relation, or of the request. */
export function buildUndoFollow(id: Uri, follow: Follow): JsonObject {
  return {
    '@context': activityStreamsContext,
    id,
    type: 'Undo',
    actor: follow.actor,
    object: followObject(follow),
    to: [follow.object],
  };
}

function answer(type: 'Accept' | 'Reject', id: Uri, follow: Follow): JsonObject {
  return {
    '@context': activityStreamsContext,
    id,
    type,
    actor: follow.object,
    object: followObject(follow),
    to: [follow.actor],
  };
}

function followObject({ id, actor, object }: Follow): JsonObject {
  return { id, type: 'Follow', actor, object };
}
