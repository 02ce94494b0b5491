// Likes and boosts of posts anywhere, by accounts of this server.
import { z } from 'zod';
import { accountName, method } from '#app/administration/method';

/** A post by its URI, or by the page on which people read it. */
const reaction = z.object({ account: accountName, post: z.string().min(1) });
/** The post that was meant, and the activity that said so first. */
const reacted = z.object({ object: z.string(), activity: z.string() });
const takenBack = z.object({ object: z.string() });

export const reactionMethods = {
  boost: method(
    reaction.extend({ visibility: z.enum(['public', 'unlisted', 'followers']).default('public') }),
    reacted,
  ),
  /** Not found: an error. */
  unboost: method(reaction, takenBack),
  like: method(reaction, reacted),
  /** Not found: an error. */
  unlike: method(reaction, takenBack),
} as const;
