// Account data of the caller that belongs to a room.
import { getAccountData } from '#domain/identity/account-data';
import type { Identity } from '#domain/identity/identity';
import { requireOwnUser } from '#http/client/own-user';
import { operation } from '#http/operation';
import { parseRoomId } from '#protocol/matrix/identifiers';

export const getAccountDataPerRoom = (identity: Identity) =>
  operation({
    id: 'getAccountDataPerRoom',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3useruseridroomsroomidaccount_datatype',
    method: 'GET',
    path: '/_matrix/client/v3/user/{userId}/rooms/{roomId}/account_data/{type}',
    access: 'user',
    rate: 'read',
    answer: ({ caller, params: { userId, roomId, type } }) =>
      getAccountData(identity, requireOwnUser(caller, userId), { type, roomId: parseRoomId(roomId) }),
  });
