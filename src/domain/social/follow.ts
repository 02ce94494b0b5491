// Following somebody: the Follow is stored and queued in one transaction; whoever is asked answers later. Among our own
// people nothing goes over the network.
import type { FollowingState } from '#databases/social/records/following';
import type { SocialWriter } from '#databases/social/social-writer';
import { requireNoBlock } from '#domain/social/blocked-pairs';
import { findActor, parseTarget } from '#domain/social/find-actor';
import { queueFollowerHook } from '#domain/social/hooks/queue-hook';
import { requireAccount } from '#domain/social/local-actors';
import { newActivityUri, sendActivity } from '#domain/social/own-activities';
import { type RemoteActorRecords, storeRemoteActor } from '#domain/social/remote-actor-records';
import type { Social } from '#domain/social/social';
import { actorUri } from '#protocol/activitypub/actor-uris';
import { buildFollow, type Follow } from '#protocol/activitypub/follow';
import type { Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';

export interface Followed {
  readonly actor: Uri;
  readonly state: 'requested' | 'accepted';
}

/**
 * Follows `target`, an address or the URL of an actor. While a request is open or accepted, following again does nothing.
 * @throws ProtocolError notFound, gone, invalidParam; forbidden where one blocks the other; RemoteError where the target cannot be found
 */
export async function follow(social: Social, name: string, target: string): Promise<Followed> {
  const account = await social.database.read((reader) => requireAccount(reader, name));
  const found = await findActor(social, account, parseTarget(social, target));
  const actor = found.kind === 'local' ? actorUri(social.origin, found.name) : found.actor.uri;
  const self = actorUri(social.origin, name);
  if (actor === self) throw new ProtocolError('invalidParam', 'Nobody follows herself.');
  const request: Follow = { id: newActivityUri(social, name), actor: self, object: actor };
  const state = await social.database.write(
    async (writer) => {
      const relation = await writer.following(name, actor);
      if (relation && relation.state !== 'rejected') return relation.state;
      await requireNoBlock(writer, social, name, actor);
      if (found.kind === 'local') return followLocal(social, writer, request, name, found.name);
      return followRemote(social, writer, request, name, found);
    },
    { idempotent: true },
  );
  return { actor, state: state === 'accepted' ? 'accepted' : 'requested' };
}

async function followRemote(
  social: Social,
  writer: SocialWriter,
  request: Follow,
  name: string,
  found: RemoteActorRecords,
): Promise<FollowingState> {
  await storeRemoteActor(writer, found);
  await requestFollowing(writer, name, request, { inbox: found.actor.inbox, now: social.clock.now() });
  return 'pending';
}

/** Asks an actor elsewhere, in the caller's transaction; whether that may be asked is the caller's to say. */
export async function requestFollowing(
  writer: SocialWriter,
  account: string,
  request: Follow,
  { inbox, now }: { readonly inbox: Uri; readonly now: number },
): Promise<void> {
  const { id, object } = request;
  await writer.putFollowing({ account, actor: object, state: 'pending', follow: id, since: now });
  await sendActivity(writer, { account, activity: buildFollow(request), inboxes: [inbox], now });
}

async function followLocal(
  social: Social,
  writer: SocialWriter,
  request: Follow,
  follower: string,
  followed: string,
): Promise<FollowingState> {
  const account = await requireAccount(writer, followed);
  const since = social.clock.now();
  const state = account.manuallyApprovesFollowers ? 'pending' : 'accepted';
  await writer.putFollowing({ account: follower, actor: request.object, state, follow: request.id, since });
  await writer.putFollower({
    account: followed,
    actor: request.actor,
    state,
    follows: [request.id],
    since,
  });
  await queueFollowerHook(writer, social, { account: followed, actor: request.actor, state, now: since });
  return state;
}
