// What an actor may say about objects that it names: on this network a server speaks for what lies on its own origin and
// an actor for what is its own (FEP-fe34; ActivityPub sections 6.3, 6.4, 6.10, 7.3 and 7.4).
import type { IncomingActivity } from '#protocol/activitypub/read-activity';
import { isActor } from '#protocol/activitypub/read-actor';
import { optionalOne } from '#protocol/activitypub/reading';
import { sameOrigin } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';

/** Refuses (forbidden) an activity by which its actor would speak for another. */
export function checkAuthority(activity: IncomingActivity): void {
  const { actor, object } = activity;
  switch (activity.type) {
    case 'Create':
    case 'Update':
    case 'Delete':
      if (object.id === undefined || !sameOrigin(object.id, actor))
        throw refusal('The object must lie on the origin of the actor');
      requireOwner(activity);
      return;
    case 'Undo':
      if (object.id !== undefined && !sameOrigin(object.id, actor)) {
        throw refusal('An actor may undo only activities of its own');
      }
      // A stub that names its own id says nothing of its actor: who that is, the id tells whoever has kept it.
      if (object.embedded && (optionalOne(object.embedded, 'actor') ?? (object.id && actor)) !== actor) {
        throw refusal('An actor may undo only activities of its own');
      }
      return;
    case 'Accept':
    case 'Reject':
      // What is answered is a request to the actor: an embedded Follow must be of this very actor.
      if (object.embedded && optionalOne(object.embedded, 'object') !== actor) {
        throw refusal('Only the actor that is asked may answer');
      }
      return;
    case 'Move':
      if (object.id !== actor) throw refusal('An actor may move only itself');
  }
}

/** An embedded object must be attributed to the actor alone, unless it is the actor itself or only a stub. */
function requireOwner({ type, actor, object }: IncomingActivity): void {
  if (!object.embedded || object.id === actor) return;
  if (isActor(object.embedded)) throw refusal('An actor may not speak for another');
  const owner = optionalOne(object.embedded, 'attributedTo');
  if (owner === actor) return;
  if (owner !== undefined || type === 'Create') throw refusal('The object must be attributed to the actor');
}

function refusal(message: string): ProtocolError {
  return new ProtocolError('forbidden', message);
}
