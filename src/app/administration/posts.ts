// What accounts post, what comes in for them, and where it is delivered.
import { z } from 'zod';
import { accountName, listing, method, next, time } from '#app/administration/method';

export const postMethods = {
  post: method(
    z.object({
      account: accountName,
      /** What it may be is the domain's to say. */
      text: z.string(),
      visibility: z.enum(['public', 'unlisted', 'followers']).default('public'),
    }),
    z.object({ note: z.string() }),
  ),
  /** What those whom the account follows have posted, newest first. */
  inbox: method(
    z.object({ account: accountName, ...listing }),
    z.object({
      notes: z.array(
        z.object({
          note: z.string(),
          author: z.string(),
          publishedAt: time,
          html: z.string(),
          text: z.string(),
        }),
      ),
      next,
    }),
  ),
  /** The log of deliveries, newest first. */
  deliveries: method(
    z.object({ account: accountName, ...listing }),
    z.object({
      deliveries: z.array(
        z.object({
          activity: z.string(),
          inbox: z.string(),
          state: z.enum(['waiting', 'delivered', 'failed']),
          attempts: z.number(),
          lastAnswer: z.string().optional(),
          dueAt: time.optional(),
        }),
      ),
      next,
    }),
  ),
} as const;
