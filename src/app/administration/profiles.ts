// Other names of accounts, and what they say of themselves in pairs of a name and a value.
import { z } from 'zod';
import { accountName, listing, method, next, time } from '#app/administration/method';

const property = z.object({
  name: z.string(),
  value: z.string(),
  createdAt: time,
  updatedAt: time.optional(),
});

export const profileMethods = {
  /** `added` is false where the account has the name already. */
  addAlias: method(z.object({ account: accountName, alias: z.string() }), z.object({ added: z.boolean() })),
  /** Not found: an error. */
  removeAlias: method(z.object({ account: accountName, alias: z.string() }), z.object({})),
  listAliases: method(
    z.object({ account: accountName, ...listing }),
    z.object({ aliases: z.array(z.object({ name: z.string(), createdAt: time })), next }),
  ),
  /** Makes the property, or gives it another value. */
  setProperty: method(z.object({ account: accountName, name: z.string(), value: z.string() }), z.object({})),
  /** Not found: an error. */
  getProperty: method(z.object({ account: accountName, name: z.string() }), property),
  /** Not found: an error. */
  removeProperty: method(z.object({ account: accountName, name: z.string() }), z.object({})),
  listProperties: method(
    z.object({ account: accountName, ...listing }),
    z.object({ properties: z.array(property), next }),
  ),
} as const;
