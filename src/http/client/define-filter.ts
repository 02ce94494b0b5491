// Keeps a filter for the caller.
import { defineFilter as define } from '#domain/identity/filters';
import type { Identity } from '#domain/identity/identity';
import { jsonObject } from '#http/client/client-schemas';
import { requireOwnUser } from '#http/client/own-user';
import { operation } from '#http/operation';

export const defineFilter = (identity: Identity) =>
  operation({
    id: 'defineFilter',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3useruseridfilter',
    method: 'POST',
    path: '/_matrix/client/v3/user/{userId}/filter',
    access: 'user',
    rate: 'write',
    body: jsonObject,
    async answer({ caller, params, body }) {
      return { filter_id: await define(identity, requireOwnUser(caller, params.userId), body) };
    },
  });
