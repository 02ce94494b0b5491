// Everything that can be changed in the accounts database, in one transaction. What is allowed is judged by the domain,
// within the same transaction.
import { type AccountDataName, slotOf } from '#databases/accounts/account-data-slots';
import { type AccountsParts, AccountsReader } from '#databases/accounts/accounts-reader';
import type { Intent } from '#databases/accounts/keys';
import type {
  AccountRecord,
  DeviceRecord,
  DeviceSeenRecord,
  InteractiveSessionRecord,
  ProfileRecord,
  RegistrationTokenRecord,
} from '#databases/accounts/records';
import type { UserId } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import type { Transaction } from '#store/contract';
import type { Writing } from '#store/database';

export class AccountsWriter extends AccountsReader {
  readonly #transaction: Transaction;
  readonly #changed: Set<string>;

  constructor({ transaction, changed }: Writing, parts: AccountsParts) {
    super(transaction, parts);
    this.#transaction = transaction;
    this.#changed = changed;
  }

  // Accounts

  setAccount(userId: UserId, account: AccountRecord): void {
    this.tables.accounts.set(this.#transaction, [userId], account);
  }

  /** Sets the hash that a password is checked against; without one nobody can sign in by password. */
  setPasswordHash(userId: UserId, hash: string | undefined): void {
    if (hash === undefined) this.tables.passwords.clear(this.#transaction, [userId]);
    else this.tables.passwords.set(this.#transaction, [userId], hash);
  }

  /** Notes that this change has effects in other databases that must be completed, whatever happens. */
  addIntent(change: Intent, userId: UserId): void {
    this.tables.intents.set(this.#transaction, [change, userId], true);
  }

  clearIntent(change: Intent, userId: UserId): void {
    this.tables.intents.clear(this.#transaction, [change, userId]);
  }

  // Devices and access tokens

  /**
   * Makes a device or gives a known one a new access token; a token that it had before is nobody's from now on
   * (Client-Server API, "Relationship between access tokens and devices").
   */
  async setDevice(userId: UserId, deviceId: string, device: DeviceRecord): Promise<void> {
    const known = await this.device(userId, deviceId);
    if (known && known.tokenHash !== device.tokenHash) this.#clearToken(known);
    const tokenHash = Buffer.from(device.tokenHash, 'base64');
    this.tables.devices.set(this.#transaction, [userId, deviceId], device);
    this.tables.tokens.set(this.#transaction, [tokenHash], { userId, deviceId });
  }

  setDeviceSeen(userId: UserId, deviceId: string, seen: DeviceSeenRecord): void {
    this.tables.devicesSeen.set(this.#transaction, [userId, deviceId], seen);
  }

  /** Removes a device and its access token; nothing happens where there is none. */
  async removeDevice(userId: UserId, deviceId: string): Promise<void> {
    const device = await this.device(userId, deviceId);
    if (!device) return;
    this.#clearToken(device);
    this.tables.devices.clear(this.#transaction, [userId, deviceId]);
    this.tables.devicesSeen.clear(this.#transaction, [userId, deviceId]);
  }

  /** Removes all devices of a user but one, if one is named. */
  async removeDevices(userId: UserId, exceptDeviceId?: string): Promise<void> {
    for (const { deviceId } of await this.devices(userId)) {
      if (deviceId !== exceptDeviceId) await this.removeDevice(userId, deviceId);
    }
  }

  #clearToken({ tokenHash }: DeviceRecord): void {
    this.tables.tokens.clear(this.#transaction, [Buffer.from(tokenHash, 'base64')]);
  }

  // Registration tokens and interactive authentication

  setRegistrationToken(token: string, record: RegistrationTokenRecord): void {
    this.tables.registrationTokens.set(this.#transaction, [token], record);
  }

  setInteractiveSession(minute: number, session: string, record: InteractiveSessionRecord): void {
    this.tables.interactiveSessions.set(this.#transaction, [minute, session], record);
  }

  clearInteractiveSession(minute: number, session: string): void {
    this.tables.interactiveSessions.clear(this.#transaction, [minute, session]);
  }

  /** Removes the sessions that lapsed before the given minute: one range clear. */
  clearInteractiveSessionsBefore(minute: number): void {
    const table = this.tables.interactiveSessions;
    this.#transaction.clearRange({ begin: table.range().begin, end: table.key([minute]) });
  }

  // Profile, filters, account data

  setProfile(userId: UserId, profile: ProfileRecord | undefined): void {
    if (profile === undefined) this.tables.profiles.clear(this.#transaction, [userId]);
    else this.tables.profiles.set(this.#transaction, [userId], profile);
  }

  setFilter(userId: UserId, filterId: string, filter: JsonObject): void {
    this.tables.filters.set(this.#transaction, [userId, filterId], filter);
  }

  /** Puts account data, or removes it with a tombstone that syncs will see. */
  async setAccountData(
    userId: UserId,
    name: AccountDataName,
    content: JsonObject | undefined,
  ): Promise<void> {
    await this.parts.accountData.put(this.#transaction, userId, slotOf(name), content);
    this.#changed.add(`u${userId}`);
  }

  /** Removes everything that a user has stored for their clients: profile, filters, account data. */
  erase(userId: UserId): void {
    this.setProfile(userId, undefined);
    this.tables.filters.clearRange(this.#transaction, [userId]);
    this.tables.accountData.clearRange(this.#transaction, [userId]);
    this.tables.accountDataSlots.clearRange(this.#transaction, [userId]);
  }
}
