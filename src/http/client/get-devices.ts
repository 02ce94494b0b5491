// The caller's devices.
import { listDevices } from '#domain/identity/devices';
import type { Identity } from '#domain/identity/identity';
import { clientDevice } from '#http/client/client-device';
import { operation } from '#http/operation';

export const getDevices = (identity: Identity) =>
  operation({
    id: 'getDevices',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3devices',
    method: 'GET',
    path: '/_matrix/client/v3/devices',
    access: 'user',
    rate: 'read',
    async answer({ caller }) {
      return { devices: (await listDevices(identity, caller.userId)).map(clientDevice) };
    },
  });
