// Some servers answer or undo an activity that they embed without its id. Which one is meant is told by its two ends,
// since there is one Follow, Like, Announce and Block of a pair (ActivityPub sections 6.10, 7.5, 7.6 and 7.7).
import type { SocialWriter } from '#databases/social/social-writer';
import { localNameOf } from '#domain/social/local-actors';
import type { NamedActivity } from '#domain/social/receiving/received';
import type { Social } from '#domain/social/social';
import type { IncomingActivity } from '#protocol/activitypub/read-activity';
import type { Uri } from '#protocol/activitypub/uris';

/** The activity with the id of its object; undefined where there is nothing between its two ends. */
export async function nameObject(
  writer: SocialWriter,
  social: Social,
  activity: IncomingActivity,
): Promise<NamedActivity | undefined> {
  const { object } = activity;
  const id = object.id ?? (await activityBetween(writer, social, activity));
  return id === undefined ? undefined : { ...activity, object: { ...object, id } };
}

/** Whoever undoes is the one who did it; whoever answers is the one who was asked. */
async function activityBetween(
  writer: SocialWriter,
  social: Social,
  { type, actor, object: { type: named, ends } }: IncomingActivity,
): Promise<Uri | undefined> {
  if (!ends) return undefined;
  if (type !== 'Undo') {
    const name = localNameOf(social, ends.actor);
    return name === undefined ? undefined : (await writer.following(name, actor))?.follow;
  }
  if (named === 'Like') return (await writer.reactions.like(ends.object, actor))?.activity;
  if (named === 'Announce') return (await writer.reactions.boost(ends.object, actor))?.activity;
  const name = localNameOf(social, ends.object);
  if (name === undefined) return undefined;
  if (named === 'Block') return (await writer.blocks.get(name, 'theirs', actor))?.activity;
  return (await writer.follower(name, actor))?.follows.at(-1);
}
