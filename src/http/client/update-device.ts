// Gives one of the caller's devices another name.
import { z } from 'zod';
import { renameDevice } from '#domain/identity/devices';
import type { Identity } from '#domain/identity/identity';
import { operation } from '#http/operation';

export const updateDevice = (identity: Identity) =>
  operation({
    id: 'updateDevice',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3devicesdeviceid',
    method: 'PUT',
    path: '/_matrix/client/v3/devices/{deviceId}',
    access: 'user',
    rate: 'write',
    body: z.object({ display_name: z.string().optional() }),
    async answer({ caller, params, body }) {
      await renameDevice(identity, caller.userId, params.deviceId, body.display_name);
      return {};
    },
  });
