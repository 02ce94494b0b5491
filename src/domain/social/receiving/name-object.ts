// Some servers answer or undo a Follow that they embed without its id. Which one is meant is told by its two ends, since
// there is one relation of a pair (ActivityPub sections 7.5, 7.6 and 7.7).
import type { SocialWriter } from '#databases/social/social-writer';
import { localNameOf } from '#domain/social/local-actors';
import type { NamedActivity } from '#domain/social/receiving/received';
import type { Social } from '#domain/social/social';
import type { IncomingActivity } from '#protocol/activitypub/read-activity';
import { requireOne } from '#protocol/activitypub/reading';
import type { Uri } from '#protocol/activitypub/uris';

/** The activity with the id of its object; undefined where its two ends have no relation. */
export async function nameObject(
  writer: SocialWriter,
  social: Social,
  activity: IncomingActivity,
): Promise<NamedActivity | undefined> {
  const { object } = activity;
  const id = object.id ?? (await followBetween(writer, social, activity));
  return id === undefined ? undefined : { ...activity, object: { ...object, id } };
}

/** Whoever undoes is the one who followed; whoever answers is the one who was asked. */
async function followBetween(
  writer: SocialWriter,
  social: Social,
  { type, actor, object: { type: named, embedded } }: IncomingActivity,
): Promise<Uri | undefined> {
  if (!embedded || named !== 'Follow') return undefined;
  const name = localNameOf(social, requireOne(embedded, type === 'Undo' ? 'object' : 'actor'));
  if (name === undefined) return undefined;
  if (type === 'Undo') return (await writer.follower(name, actor))?.follows.at(-1);
  return (await writer.following(name, actor))?.follow;
}
