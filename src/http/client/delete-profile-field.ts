// Removes a field of the caller's profile.
import type { Identity } from '#domain/identity/identity';
import { setProfileField } from '#domain/identity/profiles';
import { requireOwnUser } from '#http/client/own-user';
import { operation } from '#http/operation';

export const deleteProfileField = (identity: Identity) =>
  operation({
    id: 'deleteProfileField',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3profileuseridkeyname',
    method: 'DELETE',
    path: '/_matrix/client/v3/profile/{userId}/{keyName}',
    access: 'user',
    rate: 'write',
    async answer({ caller, params: { userId, keyName } }) {
      await setProfileField(identity, requireOwnUser(caller, userId), keyName, undefined);
      return {};
    },
  });
