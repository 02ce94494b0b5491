// What the rows of the accounts database hold. Times are milliseconds since the Unix epoch.
import type { UserId } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';

export interface AccountRecord {
  readonly createdAt: number;
  /** May do what only administrators may. */
  readonly admin?: true;
  /** Once set the account can never be used, nor its name be taken, again. */
  readonly deactivatedAt?: number;
}

export interface DeviceRecord {
  readonly createdAt: number;
  readonly displayName?: string;
  /** SHA-256 of its one access token, in Base64. */
  readonly tokenHash: string;
}

export interface DeviceSeenRecord {
  readonly at: number;
  /** IP address; the empty string where there was none. */
  readonly address: string;
}

export interface TokenRecord {
  readonly userId: UserId;
  readonly deviceId: string;
}

export interface RegistrationTokenRecord {
  readonly createdAt: number;
  /** Accounts that it has made. Uses that are under way need no count: the transaction that makes the account judges. */
  readonly completed: number;
  /** Accounts that it may make in all; without it as many as want to. */
  readonly usesAllowed?: number;
  readonly expiresAt?: number;
  readonly revokedAt?: number;
}

/** A stage that was completed, with what it found out (such as the registration token that was shown). */
export interface CompletedStage {
  readonly type: string;
  readonly fact?: string;
}

export interface InteractiveSessionRecord {
  /** The operation, and whose, that the session authenticates; it counts for no other. */
  readonly purpose: string;
  readonly completed: readonly CompletedStage[];
}

/** Client-Server API, "Profiles": `displayname`, `avatar_url` and further fields. */
export type ProfileRecord = JsonObject;
