// Registration. There are no guest accounts.
import { z } from 'zod';
import type { Identity } from '#domain/identity/identity';
import { registerAccount } from '#domain/identity/register-account';
import { answerInteractive, authParameter } from '#http/client/interactive';
import { operation } from '#http/operation';
import { ProtocolError } from '#support/errors';

export const register = (identity: Identity) =>
  operation({
    id: 'register',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3register',
    method: 'POST',
    path: '/_matrix/client/v3/register',
    access: 'public',
    rate: 'registration',
    query: z.object({ kind: z.enum(['user', 'guest']).optional() }),
    body: z.object({
      auth: authParameter,
      username: z.string().optional(),
      password: z.string().optional(),
      device_id: z.string().optional(),
      initial_device_display_name: z.string().optional(),
      inhibit_login: z.boolean().optional(),
    }),
    async answer({ query, body }) {
      if (query.kind === 'guest') {
        throw new ProtocolError('guestAccessForbidden', 'There are no guest accounts here.');
      }
      const outcome = await registerAccount(identity, {
        auth: body.auth,
        username: body.username,
        password: body.password,
        deviceId: body.device_id,
        initialDisplayName: body.initial_device_display_name,
        inhibitLogin: body.inhibit_login,
      });
      return answerInteractive(outcome, ({ userId, session }) => ({
        user_id: userId,
        ...(session ? { access_token: session.accessToken, device_id: session.deviceId } : {}),
      }));
    },
  });
