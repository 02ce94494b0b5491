// Account data of the caller that belongs to no room.
import { getAccountData as get } from '#domain/identity/account-data';
import type { Identity } from '#domain/identity/identity';
import { requireOwnUser } from '#http/client/own-user';
import { operation } from '#http/operation';

export const getAccountData = (identity: Identity) =>
  operation({
    id: 'getAccountData',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3useruseridaccount_datatype',
    method: 'GET',
    path: '/_matrix/client/v3/user/{userId}/account_data/{type}',
    access: 'user',
    rate: 'read',
    answer: ({ caller, params: { userId, type } }) => get(identity, requireOwnUser(caller, userId), { type }),
  });
