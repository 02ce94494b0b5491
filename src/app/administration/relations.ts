// Whom an account follows and who follows it.
import { z } from 'zod';
import { accountName, listing, method, next } from '#app/administration/method';

/** An account, and somebody anywhere: `name@host` or the URI of an actor. */
const pair = z.object({ account: accountName, target: z.string().min(1) });

export const relationMethods = {
  follow: method(pair, z.object({ actor: z.string(), state: z.enum(['requested', 'accepted']) })),
  unfollow: method(pair, z.object({ actor: z.string() })),
  followers: method(
    z.object({ account: accountName, ...listing }),
    z.object({ total: z.number(), followers: z.array(z.string()), next }),
  ),
} as const;
