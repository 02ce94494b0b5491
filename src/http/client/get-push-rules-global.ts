// The caller's push rules.
import { pushRulesOf } from '#domain/identity/account-data';
import { operation } from '#http/operation';

export const getPushRulesGlobal = () =>
  operation({
    id: 'getPushRulesGlobal',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3pushrulesglobal',
    method: 'GET',
    path: '/_matrix/client/v3/pushrules/global/',
    aliases: ['/_matrix/client/v3/pushrules/global'],
    access: 'user',
    rate: 'read',
    answer: ({ caller }) => pushRulesOf(caller.userId).global,
  });
