// How people can sign in.
import { operation } from '#http/operation';

export const getLoginFlows = () =>
  operation({
    id: 'getLoginFlows',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3login',
    method: 'GET',
    path: '/_matrix/client/v3/login',
    access: 'public',
    rate: 'discovery',
    answer: () => ({ flows: [{ type: 'm.login.password' }] }),
  });
