// GET /rooms/{roomId}/members
import { z } from 'zod';
import { readMembers } from '#domain/rooms/reading/read-members';
import type { Reading } from '#domain/rooms/reading/reading';
import { replyJsonText } from '#http/client/json-text';
import { operation } from '#http/operation';
import { parseRoomId } from '#protocol/matrix/identifiers';

const membership = z.enum(['join', 'invite', 'knock', 'leave', 'ban']).optional();

export const getMembersByRoom = (reading: Reading) =>
  operation({
    id: 'getMembersByRoom',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidmembers',
    method: 'GET',
    path: '/_matrix/client/v3/rooms/{roomId}/members',
    access: 'user',
    rate: 'read',
    query: z.object({ at: z.string().optional(), membership, not_membership: membership }),
    answer: async ({ params, caller, query }) => {
      const wanted = {
        at: query.at,
        membership: query.membership,
        notMembership: query.not_membership,
      };
      return replyJsonText(await readMembers(reading, caller, parseRoomId(params.roomId), wanted));
    },
  });
