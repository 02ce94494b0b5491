// What hooks are told of is queued as a task, in the transaction that stores what it is about, and only where the
// operator has set such a hook: a call is never lost, and never something that an inbox waits for.
import type { FollowerState } from '#databases/social/records/followers';
import type { MessageRecord } from '#databases/social/records/messages';
import type { SocialWriter } from '#databases/social/social-writer';
import type { Social } from '#domain/social/social';
import { newTask } from '#domain/social/tasks/tasks';
import type { Uri } from '#protocol/activitypub/uris';

/** A note has come to be in an account's inbox. */
export async function queueMessageHook(
  writer: SocialWriter,
  social: Social,
  { account, note, author, boostedBy, receivedAt }: MessageRecord,
): Promise<void> {
  if (!social.hooks?.message) return;
  const about = { account, at: receivedAt, note, author, ...(boostedBy === undefined ? {} : { boostedBy }) };
  await writer.tasks.add(newTask(social, 'callHook', { event: 'message', ...about }));
}

/** Somebody follows an account, or asks to. */
export async function queueFollowerHook(
  writer: SocialWriter,
  social: Social,
  follower: {
    readonly account: string;
    readonly actor: Uri;
    readonly state: FollowerState;
    /** Milliseconds since the Unix epoch. */
    readonly now: number;
  },
): Promise<void> {
  if (!social.hooks?.follower) return;
  const { account, actor, state, now } = follower;
  await writer.tasks.add(newTask(social, 'callHook', { event: 'follower', account, at: now, actor, state }));
}
