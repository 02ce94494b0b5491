// Ends every session of a user, and all devices with them.
import { removeAllDevices } from '#domain/identity/devices';
import type { Identity } from '#domain/identity/identity';
import { operation } from '#http/operation';

export const logoutAll = (identity: Identity) =>
  operation({
    id: 'logout_all',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3logoutall',
    method: 'POST',
    path: '/_matrix/client/v3/logout/all',
    access: 'user',
    rate: 'write',
    async answer({ caller }) {
      await removeAllDevices(identity, caller.userId);
      return {};
    },
  });
