// Keeps account data of the caller that belongs to a room.
import { putAccountData } from '#domain/identity/account-data';
import type { Identity } from '#domain/identity/identity';
import { jsonObject } from '#http/client/client-schemas';
import { requireOwnUser } from '#http/client/own-user';
import { operation } from '#http/operation';
import { parseRoomId } from '#protocol/matrix/identifiers';

export const setAccountDataPerRoom = (identity: Identity) =>
  operation({
    id: 'setAccountDataPerRoom',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3useruseridroomsroomidaccount_datatype',
    method: 'PUT',
    path: '/_matrix/client/v3/user/{userId}/rooms/{roomId}/account_data/{type}',
    access: 'user',
    rate: 'write',
    body: jsonObject,
    async answer({ caller, params: { userId, roomId, type }, body }) {
      const owner = requireOwnUser(caller, userId);
      await putAccountData(identity, owner, { type, roomId: parseRoomId(roomId) }, body);
      return {};
    },
  });
