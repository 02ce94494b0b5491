// One of the caller's devices.
import { getDevice as get } from '#domain/identity/devices';
import type { Identity } from '#domain/identity/identity';
import { clientDevice } from '#http/client/client-device';
import { operation } from '#http/operation';

export const getDevice = (identity: Identity) =>
  operation({
    id: 'getDevice',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3devicesdeviceid',
    method: 'GET',
    path: '/_matrix/client/v3/devices/{deviceId}',
    access: 'user',
    rate: 'read',
    async answer({ caller, params }) {
      return clientDevice(await get(identity, caller.userId, params.deviceId));
    },
  });
