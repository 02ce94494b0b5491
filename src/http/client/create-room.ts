// POST /createRoom
import { z } from 'zod';
import { createRoom as create } from '#domain/rooms/create-room';
import type { Rooms } from '#domain/rooms/rooms';
import { jsonObject, userId } from '#http/client/client-schemas';
import { operation } from '#http/operation';
import { ProtocolError } from '#support/errors';

const initialStateEvent = z.object({
  type: z.string(),
  state_key: z.string().optional(),
  content: jsonObject,
});

const body = z.object({
  visibility: z.enum(['public', 'private']).optional(),
  preset: z.enum(['private_chat', 'public_chat', 'trusted_private_chat']).optional(),
  room_alias_name: z.string().optional(),
  name: z.string().optional(),
  topic: z.string().optional(),
  invite: z.array(userId).optional(),
  invite_3pid: z.array(z.unknown()).optional(),
  room_version: z.string().optional(),
  creation_content: jsonObject.optional(),
  initial_state: z.array(initialStateEvent).optional(),
  is_direct: z.boolean().optional(),
  power_level_content_override: jsonObject.optional(),
});

export const createRoom = (rooms: Rooms) =>
  operation({
    id: 'createRoom',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3createroom',
    method: 'POST',
    path: '/_matrix/client/v3/createRoom',
    access: 'user',
    rate: 'write',
    body,
    answer: async ({ caller, body: { room_alias_name, room_version, invite_3pid, ...request } }) => {
      if (invite_3pid && invite_3pid.length > 0) {
        throw new ProtocolError(
          'invalidParam',
          'This server cannot invite by e-mail address or telephone number.',
        );
      }
      const newRoom = { ...request, roomVersion: room_version, aliasName: room_alias_name };
      return { room_id: await create(rooms, caller, newRoom) };
    },
  });
