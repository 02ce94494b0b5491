// One thing that a user says of themselves.
import type { Identity } from '#domain/identity/identity';
import { getProfileField as get } from '#domain/identity/profiles';
import { operation } from '#http/operation';
import { parseUserId } from '#protocol/matrix/identifiers';

export const getProfileField = (identity: Identity) =>
  operation({
    id: 'getProfileField',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3profileuseridkeyname',
    method: 'GET',
    path: '/_matrix/client/v3/profile/{userId}/{keyName}',
    access: 'public',
    rate: 'discovery',
    async answer({ params: { userId, keyName } }) {
      return { [keyName]: await get(identity, parseUserId(userId), keyName) };
    },
  });
