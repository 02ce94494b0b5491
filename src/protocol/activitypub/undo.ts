// Undo (ActivityPub section 6.10): an activity of ours is taken back. It embeds what it undoes, because not every server
// has kept it, and goes to whom that went.
import { withoutBlindRecipients } from '#protocol/activitypub/addressing';
import type { JsonObject } from '#protocol/activitypub/json-document';
import { activityStreamsContext } from '#protocol/activitypub/json-ld';
import type { Uri } from '#protocol/activitypub/uris';

/** The Undo of an activity of our own, as it was built (`buildLike`, `buildAnnounce`, `buildBlock`, `buildFollow`). */
export function buildUndo(id: Uri, activity: JsonObject): JsonObject {
  const { '@context': context, ...undone } = withoutBlindRecipients(activity);
  return {
    '@context': context ?? activityStreamsContext,
    id,
    type: 'Undo',
    actor: activity.actor,
    ...(activity.to === undefined ? {} : { to: activity.to }),
    ...(activity.cc === undefined ? {} : { cc: activity.cc }),
    object: undone,
  };
}
