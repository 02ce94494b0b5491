// What accounts post.
import { z } from 'zod';
import { accountName, method } from '#app/administration/method';

const visibility = z.enum(['public', 'unlisted', 'followers', 'direct']);
/** More than any post may have: which are too many is the domain's to say. */
const listed = <Item extends z.ZodType>(item: Item) => z.array(item).max(1_000).optional();

/** What a post says. What each part may be is the domain's to say. */
const content = {
  text: z.string(),
  /** Addresses or actors' URIs, beside those in the text. */
  mentions: listed(z.string()),
  /** Beside those in the text. */
  tags: listed(z.string()),
  /** Whether what is attached is covered at first. */
  sensitive: z.boolean().optional(),
  attachments: listed(z.object({ url: z.string(), description: z.string().optional() })),
};

export const postMethods = {
  post: method(
    z.object({
      account: accountName,
      ...content,
      contentWarning: z.string().optional(),
      /** BCP 47. */
      language: z.string().optional(),
      visibility: visibility.default('public'),
      /** The URI of the post that is answered. */
      inReplyTo: z.string().optional(),
    }),
    z.object({ note: z.string() }),
  ),
  /** What is left out stays as it is; null takes it away. The post is named by its URI, its page or its id. */
  editPost: method(
    z.object({
      account: accountName,
      post: z.string().min(1),
      ...content,
      contentWarning: z.string().nullable().optional(),
      language: z.string().nullable().optional(),
    }),
    z.object({ note: z.string() }),
  ),
  deletePost: method(z.object({ account: accountName, post: z.string().min(1) }), z.object({})),
} as const;
