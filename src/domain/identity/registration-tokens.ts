// Tokens that let people register. Client-Server API, "Token-authenticated registration".
import type { RegistrationTokenRecord } from '#databases/accounts/records';
import type { Identity } from '#domain/identity/identity';
import { ProtocolError } from '#support/errors';
import { registrationTokenCharactersMax } from '#support/limits';
import { randomToken } from '#support/random';

export interface RegistrationToken extends RegistrationTokenRecord {
  readonly token: string;
  /** Whether it would let someone register now. */
  readonly valid: boolean;
}

export interface RegistrationTokenRequest {
  /** Chosen by whoever makes it; drawn at random without it. */
  readonly token?: string | undefined;
  readonly usesAllowed?: number | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt?: number | undefined;
}

const drawnCharacters = 16;

/** True while the token may make one account more. */
export function isUsable(
  record: RegistrationTokenRecord | undefined,
  now: number,
): record is RegistrationTokenRecord {
  if (!record || record.revokedAt !== undefined) return false;
  if (record.expiresAt !== undefined && now >= record.expiresAt) return false;
  return record.usesAllowed === undefined || record.completed < record.usesAllowed;
}

/** @throws ProtocolError invalidParam when the token is malformed or the limits make no sense, conflict when it exists */
export async function createRegistrationToken(
  { accounts, clock, random }: Identity,
  request: RegistrationTokenRequest = {},
): Promise<RegistrationToken> {
  const token = request.token ?? randomToken(random, drawnCharacters);
  // Appendices, "Opaque Identifiers".
  if (!/^[0-9A-Za-z._~-]+$/.test(token) || token.length > registrationTokenCharactersMax) {
    const what = `1 to ${registrationTokenCharactersMax} of the characters 0-9 A-Z a-z . _ ~ -`;
    throw new ProtocolError('invalidParam', `A registration token consists of ${what}.`);
  }
  const { usesAllowed, expiresAt } = request;
  const now = clock.now();
  if (usesAllowed !== undefined && !(Number.isSafeInteger(usesAllowed) && usesAllowed > 0)) {
    throw new ProtocolError('invalidParam', 'A registration token is for at least one use.');
  }
  if (expiresAt !== undefined && !(expiresAt > now)) {
    throw new ProtocolError('invalidParam', 'A registration token must expire in the future.');
  }
  const record: RegistrationTokenRecord = {
    createdAt: now,
    completed: 0,
    ...(usesAllowed === undefined ? {} : { usesAllowed }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
  await accounts.write(async (writer) => {
    if (await writer.registrationToken(token)) {
      throw new ProtocolError('conflict', 'There is such a registration token already.');
    }
    writer.setRegistrationToken(token, record);
  });
  return { token, ...record, valid: true };
}

export async function listRegistrationTokens({ accounts, clock }: Identity): Promise<RegistrationToken[]> {
  const tokens = await accounts.read((reader) => reader.registrationTokens());
  return tokens.map(({ token, record }) => ({ token, ...record, valid: isUsable(record, clock.now()) }));
}

/** Whether the token would let someone register now. */
export async function isRegistrationTokenValid(
  { accounts, clock }: Identity,
  token: string,
): Promise<boolean> {
  if (token.length > registrationTokenCharactersMax) return false;
  return isUsable(await accounts.read((reader) => reader.registrationToken(token)), clock.now());
}

/** Nobody can register with it from now on; that it was revoked stays on record. @throws ProtocolError notFound */
export async function revokeRegistrationToken({ accounts, clock }: Identity, token: string): Promise<void> {
  await accounts.write(
    async (writer) => {
      const record = await writer.registrationToken(token);
      if (!record) throw new ProtocolError('notFound', 'There is no such registration token.');
      if (record.revokedAt === undefined) {
        writer.setRegistrationToken(token, { ...record, revokedAt: clock.now() });
      }
    },
    { idempotent: true },
  );
}
