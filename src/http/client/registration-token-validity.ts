// Whether a registration token would let someone register now. Rated as registrations are, so that none is guessed.
import { z } from 'zod';
import type { Identity } from '#domain/identity/identity';
import { checkRegistrationAllowed } from '#domain/identity/register-account';
import { isRegistrationTokenValid } from '#domain/identity/registration-tokens';
import { operation } from '#http/operation';

export const registrationTokenValidity = (identity: Identity) =>
  operation({
    id: 'registrationTokenValidity',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1registermloginregistration_tokenvalidity',
    method: 'GET',
    path: '/_matrix/client/v1/register/m.login.registration_token/validity',
    access: 'public',
    rate: 'registration',
    query: z.object({ token: z.string() }),
    async answer({ query }) {
      checkRegistrationAllowed(identity);
      return { valid: await isRegistrationTokenValid(identity, query.token) };
    },
  });
