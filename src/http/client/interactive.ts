// Operations with user-interactive authentication: their `auth` parameter, and the 401 answer that asks for more.
// Client-Server API, "User-Interactive Authentication API".
import type { Interactive } from '#domain/identity/password-stage';
import { jsonObject } from '#http/client/client-schemas';
import type { RateLimits } from '#http/rate-limits';
import { reply } from '#http/reply';
import type { UserId } from '#protocol/matrix/identifiers';
import { type JsonObject, own } from '#protocol/matrix/json';

export const authParameter = jsonObject.optional();

/** The operation's own answer, or what the client must do first. */
export function answerInteractive<T>(outcome: Interactive<T>, answer: (value: T) => unknown): unknown {
  return 'challenge' in outcome ? reply(401, outcome.challenge) : answer(outcome.value);
}

/** Counts an attempt to show an account's password, so that a stolen access token does not let it be guessed. */
export function admitPasswordAttempt(
  rateLimits: RateLimits,
  userId: UserId,
  auth: JsonObject | undefined,
): void {
  if (auth && own(auth, 'password') !== undefined) rateLimits.admit('loginToAccount', userId);
}
