// A Block, by which an actor asks that another leave it alone (ActivityPub section 6.9). The specification advises against
// telling the other of it: whether it is sent at all is for the domain to say.
import type { JsonObject } from '#protocol/activitypub/json-document';
import { activityStreamsContext } from '#protocol/activitypub/json-ld';
import type { Uri } from '#protocol/activitypub/uris';

/** A Block for the server of whom it blocks alone. */
export function buildBlock(block: {
  readonly id: Uri;
  readonly actor: Uri;
  readonly object: Uri;
}): JsonObject {
  const { id, actor, object } = block;
  return { '@context': activityStreamsContext, id, type: 'Block', actor, object, to: [object] };
}
