// A new password for the caller, who shows the old one.
import { z } from 'zod';
import { changePassword as change } from '#domain/identity/change-password';
import type { Identity } from '#domain/identity/identity';
import { withPassword } from '#domain/identity/password-stage';
import { admitPasswordAttempt, answerInteractive, authParameter } from '#http/client/interactive';
import { operation } from '#http/operation';
import type { RateLimits } from '#http/rate-limits';

export const changePassword = (identity: Identity, rateLimits: RateLimits) =>
  operation({
    id: 'changePassword',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountpassword',
    method: 'POST',
    path: '/_matrix/client/v3/account/password',
    access: 'user',
    rate: 'write',
    body: z.object({
      auth: authParameter,
      new_password: z.string(),
      logout_devices: z.boolean().default(true),
    }),
    async answer({ caller, body }) {
      admitPasswordAttempt(rateLimits, caller.userId, body.auth);
      const outcome = await withPassword(identity, caller.userId, 'changePassword', body.auth, () =>
        change(identity, caller.userId, {
          password: body.new_password,
          removeDevices: body.logout_devices,
          exceptDeviceId: caller.deviceId,
        }),
      );
      return answerInteractive(outcome, () => ({}));
    },
  });
