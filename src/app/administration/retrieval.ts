// Actors and posts as they are, here or elsewhere.
import { z } from 'zod';
import { accountName, method, time } from '#app/administration/method';

/** The account that asks, for servers that answer nobody else, and for what not everybody may read. */
const as = { account: accountName.optional() };

export const retrievalMethods = {
  retrieveActor: method(
    z.object({ target: z.string().min(1), ...as }),
    z.object({
      uri: z.string(),
      isOurs: z.boolean(),
      type: z.string(),
      address: z.string(),
      name: z.string(),
      summaryHtml: z.string(),
      url: z.string(),
      inbox: z.string(),
      sharedInbox: z.string().optional(),
      outbox: z.string().optional(),
      followers: z.string().optional(),
      following: z.string().optional(),
      icon: z.string().optional(),
      manuallyApprovesFollowers: z.boolean(),
      movedTo: z.string().optional(),
      alsoKnownAs: z.array(z.string()).readonly(),
      keys: z.array(z.string()).readonly(),
    }),
  ),
  /** One that was made here or has come in. */
  retrieveActivity: method(
    z.object({ activity: z.string().min(1) }),
    z.object({
      uri: z.string(),
      type: z.string(),
      actor: z.string(),
      object: z.string(),
      account: z.string().optional(),
      /** Shown in the outbox of its account. */
      listed: z.boolean(),
      storedAt: time,
      document: z.record(z.string(), z.unknown()),
    }),
  ),
  retrieveNote: method(
    z.object({ note: z.string().min(1), ...as }),
    z.object({
      uri: z.string(),
      from: z.enum(['ours', 'stored', 'fetched']),
      type: z.string(),
      author: z.string(),
      visibility: z.enum(['public', 'unlisted', 'followers', 'direct']),
      url: z.string(),
      inReplyTo: z.string().optional(),
      publishedAt: time.optional(),
      updatedAt: time.optional(),
      title: z.string().optional(),
      contentWarning: z.string().optional(),
      language: z.string().optional(),
      html: z.string(),
      text: z.string(),
      mentions: z.array(z.string()).readonly(),
      hashtags: z.array(z.string()).readonly(),
      attachments: z
        .array(
          z.object({
            url: z.string(),
            mediaType: z.string().optional(),
            name: z.string().optional(),
            width: z.number().optional(),
            height: z.number().optional(),
            blurhash: z.string().optional(),
          }),
        )
        .readonly(),
      /** As its server sent it: nothing in it is safe to show. */
      document: z.record(z.string(), z.unknown()),
    }),
  ),
} as const;
