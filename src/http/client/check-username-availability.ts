// Whether a user name is well-formed and free.
import { z } from 'zod';
import { checkNameAvailable } from '#domain/identity/create-account';
import type { Identity } from '#domain/identity/identity';
import { operation } from '#http/operation';

export const checkUsernameAvailability = (identity: Identity) =>
  operation({
    id: 'checkUsernameAvailability',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3registeravailable',
    method: 'GET',
    path: '/_matrix/client/v3/register/available',
    access: 'public',
    rate: 'discovery',
    query: z.object({ username: z.string() }),
    async answer({ query }) {
      await checkNameAvailable(identity, query.username);
      return { available: true };
    },
  });
