// Following somebody no longer: the relation ends at once, and the Undo is queued in the same transaction, with the same
// Follow in it that was sent.
import type { AccountRecord } from '#databases/social/records/accounts';
import type { FollowingRecord } from '#databases/social/records/following';
import type { SocialReader } from '#databases/social/social-reader';
import { findActor, parseTarget, type Target } from '#domain/social/find-actor';
import { localNameOf, requireAccount } from '#domain/social/local-actors';
import { newId } from '#domain/social/new-ids';
import type { Social } from '#domain/social/social';
import { RemoteError } from '#network/remote-error';
import { activityUri, actorUri } from '#protocol/activitypub/actor-uris';
import { buildUndoFollow } from '#protocol/activitypub/follow';
import { authorityOf, type Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';

const followingsPageMax = 500;

/**
 * Ends a relation or withdraws the request for one; answers with whom it was with.
 * @throws ProtocolError notFound where `target` is not followed; invalidParam
 */
export async function unfollow(social: Social, name: string, target: string): Promise<Uri> {
  const account = await social.database.read((reader) => requireAccount(reader, name));
  const parsed = parseTarget(social, target);
  const followed = await social.database.read((reader) => knownActor(social, reader, name, parsed));
  const actor = followed ?? (await resolve(social, account, parsed, target));
  const self = actorUri(social.origin, name);
  const id = activityUri(self, newId(social));
  await social.database.write(async (writer) => {
    const relation = await writer.removeFollowing(name, actor);
    if (!relation) throw notFollowed(name, target);
    const local = localNameOf(social, actor);
    if (local !== undefined) {
      await writer.removeFollower(local, self);
      return;
    }
    const remote = await writer.remoteActor(actor);
    // A request that was turned down left nothing to undo.
    if (!remote || relation.state === 'rejected') return;
    const now = social.clock.now();
    await writer.addActivity(
      {
        uri: id,
        type: 'Undo',
        actor: self,
        object: relation.follow,
        account: name,
        listed: false,
        storedAt: now,
      },
      JSON.stringify(buildUndoFollow(id, { id: relation.follow, actor: self, object: actor })),
    );
    await writer.deliveries.queue({
      activity: id,
      account: name,
      inboxes: [remote.inbox],
      toFollowers: false,
      now,
    });
  });
  return actor;
}

/** A page may lead to an actor that is followed by another URI; what leads nowhere is not followed. */
async function resolve(social: Social, account: AccountRecord, target: Target, asked: string): Promise<Uri> {
  try {
    const found = await findActor(social, account, target);
    return found.kind === 'local' ? actorUri(social.origin, found.name) : found.actor.uri;
  } catch (error) {
    if (error instanceof RemoteError) throw notFollowed(account.name, asked);
    throw error;
  }
}

function notFollowed(name: string, asked: string): ProtocolError {
  return new ProtocolError('notFound', `${name} does not follow ${asked.slice(0, 256)}.`);
}

/** Whom a target means among those that the account follows, so that a dead server need not be asked. */
async function knownActor(
  social: Social,
  reader: SocialReader,
  name: string,
  target: Target,
): Promise<Uri | undefined> {
  if (target.kind === 'local') return actorUri(social.origin, target.name);
  if (target.kind === 'uri') return (await reader.following(name, target.uri))?.actor;
  for await (const { actor } of followingsOf(reader, name)) {
    const remote = await reader.remoteActor(actor);
    const { address } = target;
    if (remote?.preferredUsername.toLowerCase() === address.name && authorityOf(actor) === address.host) {
      return actor;
    }
  }
  return undefined;
}

async function* followingsOf(reader: SocialReader, name: string): AsyncGenerator<FollowingRecord> {
  for (const state of ['accepted', 'pending', 'rejected'] as const) {
    for (let page = await reader.followings(name, state, { limit: followingsPageMax }); ; ) {
      yield* page.items;
      if (page.next === undefined) break;
      page = await reader.followings(name, state, { limit: followingsPageMax, cursor: page.next });
    }
  }
}
