// Whether two want nothing to do with each other: one of our accounts and an actor, when either of them blocks the other.
import type { SocialReader } from '#databases/social/social-reader';
import { localNameOf } from '#domain/social/local-actors';
import type { Social } from '#domain/social/social';
import { actorUri } from '#protocol/activitypub/actor-uris';
import type { Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';

/** Who of the two blocks the other; undefined where nobody does. */
export async function blockBetween(
  reader: SocialReader,
  social: Pick<Social, 'origin'>,
  name: string,
  actor: Uri,
): Promise<'ours' | 'theirs' | undefined> {
  if (await reader.blocks.against(name, actor)) return 'ours';
  const local = localNameOf(social, actor);
  const isBlocked =
    local === undefined
      ? await reader.blocks.isBlockedBy(name, actor)
      : await reader.blocks.against(local, actorUri(social.origin, name));
  return isBlocked ? 'theirs' : undefined;
}

/** @throws ProtocolError forbidden where one of the two blocks the other */
export async function requireNoBlock(
  reader: SocialReader,
  social: Pick<Social, 'origin'>,
  name: string,
  actor: Uri,
): Promise<void> {
  const block = await blockBetween(reader, social, name, actor);
  if (block === undefined) return;
  throw new ProtocolError(
    'forbidden',
    block === 'ours' ? `${name} blocks ${actor}.` : `${actor} does not want to hear of ${name}.`,
  );
}
