// Registration by people themselves. Client-Server API, "Account registration" (legacy): the policy and the name are
// judged first, then the flow that the policy asks for, and last of all the transaction that makes the account.
import { checkNameAvailable, createAccount } from '#domain/identity/create-account';
import { type DeviceRequest, drawSession, type Session } from '#domain/identity/devices';
import type { Identity } from '#domain/identity/identity';
import {
  authenticateInteractively,
  endInteractiveSession,
  type InteractiveDemand,
} from '#domain/identity/interactive-auth';
import { checkPasswordForm } from '#domain/identity/password-hasher';
import type { Interactive } from '#domain/identity/password-stage';
import { isRegistrationTokenValid } from '#domain/identity/registration-tokens';
import type { UserId } from '#protocol/matrix/identifiers';
import { type JsonObject, ownString } from '#protocol/matrix/json';
import { ProtocolError } from '#support/errors';

export interface RegistrationRequest extends DeviceRequest {
  /** Drawn at random without it. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Makes the account without signing in to it. */
  readonly inhibitLogin?: boolean | undefined;
  readonly auth?: JsonObject | undefined;
}

export interface Registration {
  readonly userId: UserId;
  readonly session?: Session | undefined;
}

const tokenStage = 'm.login.registration_token';

/**
 * Registers an account, or says which stage is to be completed first.
 * @throws ProtocolError forbidden when nobody may register; invalidUsername, userInUse; missingParam, weakPassword or
 *   invalidParam for the password or the device
 */
export async function registerAccount(
  identity: Identity,
  request: RegistrationRequest,
): Promise<Interactive<Registration>> {
  checkRegistrationAllowed(identity);
  const userId = await nameFor(identity, request.username);
  const outcome = await authenticateInteractively(identity, demandOf(identity), request.auth);
  if ('challenge' in outcome) return outcome;
  const { password } = request;
  if (password === undefined) throw new ProtocolError('missingParam', 'The field "password" is required.');
  checkPasswordForm(password);
  const session = request.inhibitLogin ? undefined : drawSession(identity, userId, request);
  await createAccount(identity, {
    userId,
    passwordHash: await identity.passwords.hash(password),
    session,
    initialDisplayName: request.initialDisplayName,
    registrationToken: outcome.facts.get(tokenStage),
  });
  await endInteractiveSession(identity, outcome.session);
  return { value: { userId, session } };
}

/** @throws ProtocolError forbidden when registration is closed */
export function checkRegistrationAllowed({ registration }: Identity): void {
  if (registration !== 'closed') return;
  throw new ProtocolError('forbidden', 'Registration is closed here: the administrators make accounts.');
}

async function nameFor(identity: Identity, username: string | undefined): Promise<UserId> {
  // Eight random bytes: nobody else has them, and if so the transaction refuses.
  return checkNameAvailable(identity, username ?? identity.random.bytes(8).toString('hex'));
}

function demandOf(identity: Identity): InteractiveDemand {
  if (identity.registration === 'open') {
    return {
      purpose: 'register',
      flows: [['m.login.dummy']],
      stages: { 'm.login.dummy': async () => undefined },
    };
  }
  return {
    purpose: 'register',
    flows: [[tokenStage]],
    stages: { [tokenStage]: (auth) => judgeToken(identity, auth) },
  };
}

/** Whether it is still good is judged again by the transaction that makes the account. */
async function judgeToken(identity: Identity, auth: JsonObject): Promise<string> {
  const token = ownString(auth, 'token');
  if (token === undefined) throw new ProtocolError('missingParam', 'The field "auth.token" is required.');
  if (await isRegistrationTokenValid(identity, token)) return token;
  throw new ProtocolError('forbidden', 'This registration token is not valid.');
}
