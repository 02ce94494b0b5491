// Whose access token it is.
import { operation } from '#http/operation';

export const getTokenOwner = () =>
  operation({
    id: 'getTokenOwner',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3accountwhoami',
    method: 'GET',
    path: '/_matrix/client/v3/account/whoami',
    access: 'user',
    rate: 'read',
    answer: ({ caller }) => ({ user_id: caller.userId, device_id: caller.deviceId, is_guest: false }),
  });
