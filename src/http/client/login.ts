// Signing in. Attempts are counted twice: by client address, and by the account that they are aimed at.
import { z } from 'zod';
import { userOfIdentifier } from '#domain/identity/identifier-types';
import type { Identity } from '#domain/identity/identity';
import { logIn } from '#domain/identity/log-in';
import { findLocalUserId } from '#domain/identity/user-names';
import { jsonObject } from '#http/client/client-schemas';
import { operation } from '#http/operation';
import type { RateLimits } from '#http/rate-limits';
import { ProtocolError } from '#support/errors';

export const login = (identity: Identity, rateLimits: RateLimits) =>
  operation({
    id: 'login',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3login',
    method: 'POST',
    path: '/_matrix/client/v3/login',
    access: 'public',
    rate: 'login',
    body: z.object({
      type: z.string(),
      identifier: jsonObject.optional(),
      user: z.string().optional(),
      password: z.string().optional(),
      device_id: z.string().optional(),
      initial_device_display_name: z.string().optional(),
    }),
    async answer({ body }) {
      if (body.type !== 'm.login.password') {
        throw new ProtocolError('unknown', `There is no login of the type "${body.type.slice(0, 64)}" here.`);
      }
      const user = userOfIdentifier({ identifier: body.identifier, user: body.user });
      if (body.password === undefined)
        throw new ProtocolError('missingParam', 'The field "password" is required.');
      const userId = findLocalUserId(identity, user);
      if (userId !== undefined) rateLimits.admit('loginToAccount', userId);
      const session = await logIn(identity, {
        user,
        password: body.password,
        deviceId: body.device_id,
        initialDisplayName: body.initial_device_display_name,
      });
      return { user_id: session.userId, access_token: session.accessToken, device_id: session.deviceId };
    },
  });
