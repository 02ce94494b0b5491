// Whom an account follows, who follows it, and whom it blocks.
import { z } from 'zod';
import { accountName, listing, method, next, time } from '#app/administration/method';

/** An account, and somebody anywhere: `name@host` or the URI of an actor. */
const pair = z.object({ account: accountName, target: z.string().min(1) });

const actor = z.object({ actor: z.string() });

/** An actor by its URI, or a host and all hosts below it. */
const blocked = z.object({ target: z.string(), isHost: z.boolean() });

/** Relations that hold, unless those that somebody has asked for are; newest first. */
const relations = z.object({
  account: accountName,
  state: z.enum(['accepted', 'pending']).optional(),
  ...listing,
});

export const relationMethods = {
  follow: method(pair, z.object({ actor: z.string(), state: z.enum(['requested', 'accepted']) })),
  unfollow: method(pair, actor),
  /** Lets somebody follow who has asked to. */
  approveFollower: method(pair, actor),
  /** Turns down who has asked to follow. */
  rejectFollower: method(pair, actor),
  /** Ends that somebody follows. */
  removeFollower: method(pair, actor),
  followers: method(
    relations,
    z.object({ total: z.number(), followers: z.array(z.string()).readonly(), next }),
  ),
  following: method(
    relations,
    z.object({ total: z.number(), following: z.array(z.string()).readonly(), next }),
  ),
  /** The target may be a whole host, too. It is not told; relations end both ways. */
  block: method(pair, blocked),
  /** Not found: an error. */
  unblock: method(pair, blocked),
  blocks: method(
    z.object({ account: accountName, ...listing }),
    z.object({ blocks: z.array(blocked.extend({ createdAt: time })), next }),
  ),
} as const;
