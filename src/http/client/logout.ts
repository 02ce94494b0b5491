// Ends the session whose access token is shown, and its device with it.
import { removeDevices } from '#domain/identity/devices';
import type { Identity } from '#domain/identity/identity';
import { operation } from '#http/operation';

export const logout = (identity: Identity) =>
  operation({
    id: 'logout',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3logout',
    method: 'POST',
    path: '/_matrix/client/v3/logout',
    access: 'user',
    rate: 'write',
    async answer({ caller }) {
      await removeDevices(identity, caller.userId, [caller.deviceId]);
      return {};
    },
  });
