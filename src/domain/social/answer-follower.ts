// Deciding over followers: a request is let or turned down, and whoever follows already can be made to follow no longer
// (ActivityPub sections 6.5 and 7.5 to 7.7: a Reject of the Follow also takes back an Accept).
import type { FollowerRecord } from '#databases/social/records/followers';
import type { SocialReader } from '#databases/social/social-reader';
import type { SocialWriter } from '#databases/social/social-writer';
import { parseTarget } from '#domain/social/find-actor';
import { knownActor } from '#domain/social/known-actors';
import { localNameOf, requireAccount } from '#domain/social/local-actors';
import { newActivityUri, sendActivity } from '#domain/social/own-activities';
import type { Social } from '#domain/social/social';
import { actorUri } from '#protocol/activitypub/actor-uris';
import { buildAccept, buildReject } from '#protocol/activitypub/follow';
import type { Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';

/**
 * Lets somebody follow who has asked to; harmless where she does already. Answers with the follower.
 * @throws ProtocolError notFound where nobody of that name has asked; gone, invalidParam
 */
export async function approveFollower(social: Social, name: string, target: string): Promise<Uri> {
  return decide(social, name, target, async (writer, follower, { id, now }) => {
    if (follower.state === 'accepted') return;
    await writer.putFollower({ ...follower, state: 'accepted' });
    await answer(writer, social, follower, { id, now, type: 'Accept' });
  });
}

/**
 * Turns a request down.
 * @throws ProtocolError notFound where nobody of that name has asked, or she follows already; gone, invalidParam
 */
export async function rejectFollower(social: Social, name: string, target: string): Promise<Uri> {
  return decide(social, name, target, async (writer, follower, times) => {
    if (follower.state !== 'pending') {
      throw new ProtocolError('notFound', `${follower.actor} follows ${name} already: remove the follower.`);
    }
    await endFollower(writer, social, follower, times);
  });
}

/**
 * Ends a relation or a request for one.
 * @throws ProtocolError notFound where nobody of that name follows or has asked to; gone, invalidParam
 */
export async function removeFollower(social: Social, name: string, target: string): Promise<Uri> {
  return decide(social, name, target, (writer, follower, times) =>
    endFollower(writer, social, follower, times),
  );
}

interface Times {
  /** The URI of the activity that tells of it. */
  readonly id: Uri;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** Ends a relation in the caller's transaction, and tells the follower. */
export async function endFollower(
  writer: SocialWriter,
  social: Social,
  follower: FollowerRecord,
  times: Times,
): Promise<void> {
  await writer.removeFollower(follower.account, follower.actor);
  await answer(writer, social, follower, { ...times, type: 'Reject' });
}

/** Among our own people nothing goes over the network. */
async function answer(
  writer: SocialWriter,
  social: Social,
  { account, actor, follows, inbox }: FollowerRecord,
  { id, now, type }: Times & { readonly type: 'Accept' | 'Reject' },
): Promise<void> {
  const self = actorUri(social.origin, account);
  const local = localNameOf(social, actor);
  if (local !== undefined) {
    const relation = await writer.following(local, self);
    if (relation)
      await writer.putFollowing({ ...relation, state: type === 'Accept' ? 'accepted' : 'rejected' });
    return;
  }
  const follow = follows.at(-1);
  if (follow === undefined || inbox === undefined) return;
  const build = type === 'Accept' ? buildAccept : buildReject;
  const activity = build(id, { id: follow, actor, object: self });
  await sendActivity(writer, { account, activity, inboxes: [inbox], now });
}

async function decide(
  social: Social,
  name: string,
  target: string,
  carryOut: (writer: SocialWriter, follower: FollowerRecord, times: Times) => Promise<void>,
): Promise<Uri> {
  const parsed = parseTarget(social, target);
  const actor = await social.database.read(async (reader) => {
    await requireAccount(reader, name);
    return knownActor(social, reader, parsed, followersOf(reader, name));
  });
  const none = new ProtocolError('notFound', `${target.slice(0, 256)} does not follow ${name}, nor ask to.`);
  if (actor === undefined) throw none;
  const times = { id: newActivityUri(social, name), now: social.clock.now() };
  await social.database.write(async (writer) => {
    await requireAccount(writer, name);
    const follower = await writer.follower(name, actor);
    if (!follower) throw none;
    await carryOut(writer, follower, times);
  });
  return actor;
}

function followersOf(reader: SocialReader, name: string) {
  return {
    one: (actor: Uri) => reader.follower(name, actor),
    pages: (['pending', 'accepted'] as const).map(
      (state) => (page: Parameters<SocialReader['followers']>[2]) => reader.followers(name, state, page),
    ),
  };
}
