// What those who run the server look through: activities, reactions, posts, deliveries, reports, and how much there is of
// everything.
import { z } from 'zod';
import { accountName, listing, method, next, time } from '#app/administration/method';
import { databaseTypes } from '#databases/social/records/record-types';

const activity = z.object({
  uri: z.string(),
  type: z.string(),
  actor: z.string(),
  object: z.string(),
  /** The account of ours whose activity it is; absent for those of others. */
  account: z.string().optional(),
  storedAt: time,
});

const reaction = z.object({
  object: z.string(),
  actor: z.string(),
  activity: z.string(),
  /** The account of ours that it is by, and the one that it is for. */
  account: z.string().optional(),
  owner: z.string().optional(),
  createdAt: time,
});

/** Those that an account has given, those that its posts have got, or those of one post. */
const reactionQuery = z.union([
  z.object({ of: z.enum(['given', 'received']), account: accountName, ...listing }),
  z.object({ of: z.literal('post'), post: z.string().min(1), ...listing }),
]);

const delivery = z.object({
  activity: z.string(),
  inbox: z.string(),
  state: z.enum(['waiting', 'delivered', 'failed']),
  attempts: z.number(),
  lastAnswer: z.string().optional(),
  dueAt: time.optional(),
});

const socialDatabases = Object.keys(databaseTypes) as (keyof typeof databaseTypes)[];

/** All lists are newest first. */
export const listMethods = {
  /** Of one account, or of everybody. A page may hold fewer than there are while there is a next one. */
  activities: method(
    z.object({ account: accountName.optional(), type: z.string().optional(), ...listing }),
    z.object({ activities: z.array(activity).readonly(), next }),
  ),
  likes: method(
    reactionQuery,
    z.object({ likes: z.array(reaction.extend({ content: z.string().optional() })).readonly(), next }),
  ),
  boosts: method(reactionQuery, z.object({ boosts: z.array(reaction).readonly(), next })),
  /** What others have reported. */
  reports: method(
    z.object(listing),
    z.object({
      reports: z
        .array(
          z.object({
            uri: z.string(),
            actor: z.string(),
            objects: z.array(z.string()).readonly(),
            content: z.string().optional(),
            storedAt: time,
          }),
        )
        .readonly(),
      next,
    }),
  ),
  /** What the account has posted, of any visibility. */
  posts: method(
    z.object({ account: accountName, ...listing }),
    z.object({
      posts: z
        .array(
          z.object({
            uri: z.string(),
            id: z.string(),
            visibility: z.enum(['public', 'unlisted', 'followers', 'direct']),
            inReplyTo: z.string().optional(),
            publishedAt: time,
            updatedAt: time.optional(),
            contentWarning: z.string().optional(),
            html: z.string(),
            text: z.string(),
            likes: z.number(),
            boosts: z.number(),
          }),
        )
        .readonly(),
      next,
    }),
  ),
  /** What those whom the account follows have posted. */
  inbox: method(
    z.object({ account: accountName, ...listing }),
    z.object({
      notes: z
        .array(
          z.object({
            note: z.string(),
            author: z.string(),
            /** Through whom it came in, where that is not the author. */
            boostedBy: z.string().optional(),
            publishedAt: time,
            contentWarning: z.string().optional(),
            html: z.string(),
            text: z.string(),
          }),
        )
        .readonly(),
      next,
    }),
  ),
  /** The log of an account's deliveries. */
  deliveries: method(
    z.object({ account: accountName, ...listing }),
    z.object({ deliveries: z.array(delivery).readonly(), next }),
  ),
  /** Where one activity went or is going, by inboxes. */
  deliveriesOf: method(
    z.object({ activity: z.string().min(1), ...listing }),
    z.object({ deliveries: z.array(delivery).readonly(), next }),
  ),
  retrieveDelivery: method(
    z.object({ activity: z.string().min(1), inbox: z.string().min(1) }),
    delivery.extend({
      account: z.string(),
      createdAt: time,
      /** The latest attempts, newest last. */
      history: z
        .array(z.object({ at: time, status: z.number().optional(), error: z.string().optional() }))
        .readonly(),
    }),
  ),
  /** How many records each database has that came to be in a time, or in all. What is marked as deleted counts. */
  countRecords: method(
    z.object({ from: time.optional(), through: time.optional() }),
    z.object({ counts: z.record(z.enum(socialDatabases), z.number()) }),
  ),
} as const;
