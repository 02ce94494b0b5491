// Every set of the caller's push rules: there is one, called global.
import { pushRulesOf } from '#domain/identity/account-data';
import { operation } from '#http/operation';

export const getPushRules = () =>
  operation({
    id: 'getPushRules',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3pushrules',
    method: 'GET',
    path: '/_matrix/client/v3/pushrules/',
    aliases: ['/_matrix/client/v3/pushrules'],
    access: 'user',
    rate: 'read',
    answer: ({ caller }) => pushRulesOf(caller.userId),
  });
