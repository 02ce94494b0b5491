// Everything that a user says of themselves.
import type { Identity } from '#domain/identity/identity';
import { getProfile } from '#domain/identity/profiles';
import { operation } from '#http/operation';
import { parseUserId } from '#protocol/matrix/identifiers';

export const getUserProfile = (identity: Identity) =>
  operation({
    id: 'getUserProfile',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3profileuserid',
    method: 'GET',
    path: '/_matrix/client/v3/profile/{userId}',
    access: 'public',
    rate: 'discovery',
    answer: ({ params }) => getProfile(identity, parseUserId(params.userId)),
  });
