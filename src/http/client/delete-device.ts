// Removes one of the caller's devices, whose password is shown.
import { z } from 'zod';
import { removeDevices } from '#domain/identity/devices';
import type { Identity } from '#domain/identity/identity';
import { withPassword } from '#domain/identity/password-stage';
import { admitPasswordAttempt, answerInteractive, authParameter } from '#http/client/interactive';
import { operation } from '#http/operation';
import type { RateLimits } from '#http/rate-limits';

export const deleteDevice = (identity: Identity, rateLimits: RateLimits) =>
  operation({
    id: 'deleteDevice',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3devicesdeviceid',
    method: 'DELETE',
    path: '/_matrix/client/v3/devices/{deviceId}',
    access: 'user',
    rate: 'write',
    body: z.object({ auth: authParameter }),
    bodyOptional: true,
    async answer({ caller, params, body }) {
      admitPasswordAttempt(rateLimits, caller.userId, body.auth);
      const outcome = await withPassword(identity, caller.userId, 'deleteDevice', body.auth, () =>
        removeDevices(identity, caller.userId, [params.deviceId]),
      );
      return answerInteractive(outcome, () => ({}));
    },
  });
