// The people of this server, each with one account in both networks.
import { z } from 'zod';
import { accountName, listing, method, next, time } from '#app/administration/method';

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

export const accountMethods = {
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
} as const;
