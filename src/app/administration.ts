// What an administrator can ask of a server, as one table of functions with schemas of what goes in and what comes out.
// The commands are written against it; it is answered in the process that holds the data: the same one, or a running
// server through its control socket.
import { z } from 'zod';

const accountName = z.string().min(1).max(255);
const listing = { after: z.string().optional(), limit: z.number().int().min(1).max(1_000).default(100) };
/** Where the next page begins; absent on the last one. */
const next = z.string().optional();
/** Milliseconds since the epoch. */
const time = z.number();

const registrationToken = z.object({
  token: z.string(),
  /** Null: as often as one likes. */
  usesAllowed: z.number().nullable(),
  usesCompleted: z.number(),
  expiresAt: time.nullable(),
  /** Whether somebody could register with it now: not revoked, not expired, not used up. */
  valid: z.boolean(),
});

const account = z.object({
  name: z.string(),
  userId: z.string(),
  /** The ActivityPub actor. */
  actor: z.string(),
  createdAt: time,
  deactivated: z.boolean(),
});

const device = z.object({
  deviceId: z.string(),
  displayName: z.string().optional(),
  lastSeenAt: time.optional(),
});

export const databaseNames = ['rooms', 'accounts', 'transitory', 'social'] as const;
export type DatabaseName = (typeof databaseNames)[number];
const database = z.enum(databaseNames);

const method = <Input extends z.ZodType, Output extends z.ZodType>(input: Input, output: Output) => ({
  input,
  output,
});

export const administrationMethods = {
  createToken: method(
    z.object({
      /** Chosen by the server if left out. Client-Server API, "Token-authenticated registration". */
      token: z
        .string()
        .regex(/^[A-Za-z0-9._~-]{1,64}$/)
        .optional(),
      usesAllowed: z.number().int().min(1).nullable().default(null),
      expiresAt: time.nullable().default(null),
    }),
    registrationToken,
  ),
  listTokens: method(z.object({}), z.object({ tokens: z.array(registrationToken) })),
  /** Not found: an error. */
  revokeToken: method(z.object({ token: z.string() }), z.object({})),

  /** Makes the account in both networks. */
  addAccount: method(z.object({ name: accountName, password: z.string().min(1) }), account),
  listAccounts: method(z.object(listing), z.object({ accounts: z.array(account), next })),
  showAccount: method(z.object({ name: accountName }), account.extend({ devices: z.array(device) })),
  /** Ends all sessions of the account unless told to keep them. */
  setPassword: method(
    z.object({ name: accountName, password: z.string().min(1), keepSessions: z.boolean().default(false) }),
    z.object({}),
  ),
  /** Cannot be undone: the name stays taken. */
  deactivateAccount: method(z.object({ name: accountName }), z.object({})),

  /** Keys of a database as named paths, in their order. */
  dumpKeys: method(
    z.object({ database, ...listing }),
    z.object({ keys: z.array(z.object({ path: z.string(), valueBytes: z.number() })), next }),
  ),
  /** Rebuilds every derived index of one database in memory and compares. */
  check: method(z.object({ database }), z.object({ rowsRead: z.number(), differences: z.array(z.string()) })),

  /** `target` is `name@host` or the address of an actor. */
  follow: method(
    z.object({ account: accountName, target: z.string().min(1) }),
    z.object({ actor: z.string(), state: z.enum(['requested', 'accepted']) }),
  ),
  unfollow: method(
    z.object({ account: accountName, target: z.string().min(1) }),
    z.object({ actor: z.string() }),
  ),
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
  followers: method(
    z.object({ account: accountName, ...listing }),
    z.object({ total: z.number(), followers: z.array(z.string()), next }),
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

export type AdministrationMethods = typeof administrationMethods;
export type AdministrationMethod = keyof AdministrationMethods;

/** What a caller may leave out, it gets as the schema's default. */
export type AdministrationInput<Method extends AdministrationMethod> = z.input<
  AdministrationMethods[Method]['input']
>;
export type AdministrationOutput<Method extends AdministrationMethod> = z.output<
  AdministrationMethods[Method]['output']
>;

/** How commands call it. Every method refuses with a ProtocolError. */
export type Administration = {
  readonly [Method in AdministrationMethod]: (
    input: AdministrationInput<Method>,
  ) => Promise<AdministrationOutput<Method>>;
};

/** How the server answers it: with its input already checked. */
export type AdministrationImplementation = {
  readonly [Method in AdministrationMethod]: (
    input: z.output<AdministrationMethods[Method]['input']>,
  ) => Promise<AdministrationOutput<Method>>;
};

export function isAdministrationMethod(name: string): name is AdministrationMethod {
  return Object.hasOwn(administrationMethods, name);
}
