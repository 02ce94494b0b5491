// PUT /rooms/{roomId}/typing/{userId}
import { z } from 'zod';
import type { Typing } from '#domain/rooms/typing';
import { requireOwnUser } from '#http/client/own-user';
import { operation } from '#http/operation';
import { parseRoomId } from '#protocol/matrix/identifiers';

export const setTyping = (typing: Typing) =>
  operation({
    id: 'setTyping',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3roomsroomidtypinguserid',
    method: 'PUT',
    path: '/_matrix/client/v3/rooms/{roomId}/typing/{userId}',
    access: 'user',
    rate: 'write',
    body: z.object({ typing: z.boolean(), timeout: z.int().nonnegative().optional() }),
    answer: async ({ params, caller, body }) => {
      const user = requireOwnUser(caller, params.userId);
      await typing.set(user, parseRoomId(params.roomId), body.typing, body.timeout);
      return {};
    },
  });
