// Closes the caller's account for ever.
import { z } from 'zod';
import { deactivateAccount as deactivate } from '#domain/identity/deactivate-account';
import type { Identity } from '#domain/identity/identity';
import { withPassword } from '#domain/identity/password-stage';
import { admitPasswordAttempt, answerInteractive, authParameter } from '#http/client/interactive';
import { operation } from '#http/operation';
import type { RateLimits } from '#http/rate-limits';

export const deactivateAccount = (identity: Identity, rateLimits: RateLimits) =>
  operation({
    id: 'deactivateAccount',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountdeactivate',
    method: 'POST',
    path: '/_matrix/client/v3/account/deactivate',
    access: 'user',
    rate: 'write',
    body: z.object({
      auth: authParameter,
      erase: z.boolean().default(false),
      id_server: z.string().optional(),
    }),
    async answer({ caller, body }) {
      admitPasswordAttempt(rateLimits, caller.userId, body.auth);
      const outcome = await withPassword(identity, caller.userId, 'deactivateAccount', body.auth, () =>
        deactivate(identity, caller.userId, body.erase),
      );
      // No third-party identifiers are bound here, so that none is left bound.
      return answerInteractive(outcome, () => ({ id_server_unbind_result: 'success' }));
    },
  });
