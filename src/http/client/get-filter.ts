// A filter that the caller has kept.
import { getFilter as get } from '#domain/identity/filters';
import type { Identity } from '#domain/identity/identity';
import { requireOwnUser } from '#http/client/own-user';
import { operation } from '#http/operation';

export const getFilter = (identity: Identity) =>
  operation({
    id: 'getFilter',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3useruseridfilterfilterid',
    method: 'GET',
    path: '/_matrix/client/v3/user/{userId}/filter/{filterId}',
    access: 'user',
    rate: 'read',
    answer: ({ caller, params }) => get(identity, requireOwnUser(caller, params.userId), params.filterId),
  });
