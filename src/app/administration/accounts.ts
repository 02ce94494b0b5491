// The people of this server, each with one account in both networks.
import { z } from 'zod';
import { accountName, listing, method, next, time } from '#app/administration/method';
import { iconBytesMax } from '#support/limits';

/** Base64 writes three bytes as four characters. */
const iconBase64CharactersMax = Math.ceil(iconBytesMax / 3) * 4;
/** More than any account may have: which are too many is the domain's to say. */
const listedOptionsMax = 1_000;

const account = z.object({
  name: z.string(),
  userId: z.string(),
  /** The ActivityPub actor; absent where nothing is kept of the fediverse. */
  actor: z.string().optional(),
  createdAt: time,
  deactivated: z.boolean(),
});

/** What kind of actor it is, in the words of Activity Streams. */
const actorType = z.enum(['Person', 'Service']);

const property = z.object({ name: z.string(), value: z.string() });

/** What is left out stays as it is; null takes it away. What each may be is the domain's to say. */
const profileChanges = z.object({
  type: actorType.optional(),
  displayName: z.string().nullable().optional(),
  /** Plain text. */
  blurb: z.string().nullable().optional(),
  url: z.string().nullable().optional(),
  /** A picture in base64, or where one lies. */
  icon: z
    .union([z.object({ image: z.base64().max(iconBase64CharactersMax) }), z.object({ url: z.string() })])
    .nullable()
    .optional(),
  approveFollowers: z.boolean().optional(),
  discoverable: z.boolean().optional(),
  /** Names and properties that are added to those it has. */
  aliases: z.array(z.string()).max(listedOptionsMax).default([]),
  properties: z.array(property).max(listedOptionsMax).default([]),
});

const profile = z.object({
  /** `alice@example.org`. */
  address: z.string(),
  /** The page for people. */
  page: z.string(),
  type: actorType,
  displayName: z.string(),
  blurb: z.string().optional(),
  url: z.string().optional(),
  icon: z.string(),
  /** `made`: it has none of its own, and one is made from its name. */
  iconKind: z.enum(['own', 'elsewhere', 'made']),
  approvesFollowers: z.boolean(),
  discoverable: z.boolean(),
  followers: z.number(),
  followersPending: z.number(),
  following: z.number(),
  posts: z.number(),
  aliases: z.array(z.string()),
  properties: z.array(property),
});

const device = z.object({
  deviceId: z.string(),
  displayName: z.string().optional(),
  lastSeenAt: time.optional(),
});

export const accountMethods = {
  /** Makes the account in both networks. */
  addAccount: method(
    z.object({ name: accountName, password: z.string().min(1), profile: profileChanges.optional() }),
    account,
  ),
  /** The type is absent where there is no actor (any more). */
  listAccounts: method(
    z.object(listing),
    z.object({ accounts: z.array(account.extend({ type: actorType.optional() })), next }),
  ),
  /** The profile is absent where there is no actor (any more). */
  showAccount: method(
    z.object({ name: accountName }),
    account.extend({ devices: z.array(device), profile: profile.optional() }),
  ),
  /** Followers are told. */
  updateAccount: method(profileChanges.extend({ name: accountName }), account.extend({ profile })),
  /** Ends all sessions of the account unless told to keep them. */
  setPassword: method(
    z.object({ name: accountName, password: z.string().min(1), keepSessions: z.boolean().default(false) }),
    z.object({}),
  ),
  /** Cannot be undone: the name stays taken. */
  deactivateAccount: method(z.object({ name: accountName }), z.object({})),
} as const;
