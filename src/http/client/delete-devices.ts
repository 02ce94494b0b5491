// Removes several of the caller's devices, whose password is shown.
import { z } from 'zod';
import { removeDevices } from '#domain/identity/devices';
import type { Identity } from '#domain/identity/identity';
import { withPassword } from '#domain/identity/password-stage';
import { admitPasswordAttempt, answerInteractive, authParameter } from '#http/client/interactive';
import { operation } from '#http/operation';
import type { RateLimits } from '#http/rate-limits';
import { devicesPerRequestMax } from '#support/limits';

export const deleteDevices = (identity: Identity, rateLimits: RateLimits) =>
  operation({
    id: 'deleteDevices',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3delete_devices',
    method: 'POST',
    path: '/_matrix/client/v3/delete_devices',
    access: 'user',
    rate: 'write',
    body: z.object({ auth: authParameter, devices: z.array(z.string()).max(devicesPerRequestMax) }),
    async answer({ caller, body }) {
      admitPasswordAttempt(rateLimits, caller.userId, body.auth);
      const outcome = await withPassword(identity, caller.userId, 'deleteDevices', body.auth, () =>
        removeDevices(identity, caller.userId, body.devices),
      );
      return answerInteractive(outcome, () => ({}));
    },
  });
