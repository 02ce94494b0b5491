// Sets a field of the caller's profile.
import type { Identity } from '#domain/identity/identity';
import { setProfileField as set } from '#domain/identity/profiles';
import { jsonObject } from '#http/client/client-schemas';
import { requireOwnUser } from '#http/client/own-user';
import { operation } from '#http/operation';
import { own } from '#protocol/matrix/json';
import { ProtocolError } from '#support/errors';

export const setProfileField = (identity: Identity) =>
  operation({
    id: 'setProfileField',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3profileuseridkeyname',
    method: 'PUT',
    path: '/_matrix/client/v3/profile/{userId}/{keyName}',
    access: 'user',
    rate: 'write',
    body: jsonObject,
    async answer({ caller, params: { userId, keyName }, body }) {
      const owner = requireOwnUser(caller, userId);
      const value = own(body, keyName);
      if (value === undefined)
        throw new ProtocolError('missingParam', 'The body must have the field that the path names.');
      if (Object.keys(body).length > 1) {
        throw new ProtocolError('badJson', 'The body must have no field but the one that the path names.');
      }
      await set(identity, owner, keyName, value);
      return {};
    },
  });
