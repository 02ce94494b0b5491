// Keeps account data of the caller that belongs to no room.
import { putAccountData } from '#domain/identity/account-data';
import type { Identity } from '#domain/identity/identity';
import { jsonObject } from '#http/client/client-schemas';
import { requireOwnUser } from '#http/client/own-user';
import { operation } from '#http/operation';

export const setAccountData = (identity: Identity) =>
  operation({
    id: 'setAccountData',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3useruseridaccount_datatype',
    method: 'PUT',
    path: '/_matrix/client/v3/user/{userId}/account_data/{type}',
    access: 'user',
    rate: 'write',
    body: jsonObject,
    async answer({ caller, params: { userId, type }, body }) {
      await putAccountData(identity, requireOwnUser(caller, userId), { type }, body);
      return {};
    },
  });
