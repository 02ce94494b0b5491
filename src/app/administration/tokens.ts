// Registration tokens. Client-Server API, "Token-authenticated registration".
import { z } from 'zod';
import { method, time } from '#app/administration/method';

const registrationToken = z.object({
  token: z.string(),
  /** Null: as often as one likes. */
  usesAllowed: z.number().nullable(),
  usesCompleted: z.number(),
  expiresAt: time.nullable(),
  /** Whether somebody could register with it now: not revoked, not expired, not used up. */
  valid: z.boolean(),
});

export const tokenMethods = {
  createToken: method(
    z.object({
      /** Chosen by the server if left out. */
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
} as const;
