// Everything that can be asked of the accounts database, at one snapshot.
import { type AccountDataName, nameOfSlot, slotOf } from '#databases/accounts/account-data-slots';
import type { accountsDeclarations, Intent } from '#databases/accounts/keys';
import type {
  AccountRecord,
  DeviceRecord,
  DeviceSeenRecord,
  InteractiveSessionRecord,
  ProfileRecord,
  RegistrationTokenRecord,
  TokenRecord,
} from '#databases/accounts/records';
import type { UserId } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import type { Position, Snapshot } from '#store/contract';
import type { Tables } from '#store/keyspace';
import type { SlotStream } from '#store/stream';

export type AccountsTables = Tables<typeof accountsDeclarations>;

/** The parts that readers and writers share. */
export interface AccountsParts {
  readonly tables: AccountsTables;
  readonly accountData: SlotStream<JsonObject>;
}

/** One change of account data; `content` is undefined where it was removed. */
export interface AccountDataChange extends AccountDataName {
  readonly at: Position;
  readonly content: JsonObject | undefined;
}

export class AccountsReader {
  protected readonly snapshot: Snapshot;
  protected readonly parts: AccountsParts;

  constructor(snapshot: Snapshot, parts: AccountsParts) {
    this.snapshot = snapshot;
    this.parts = parts;
  }

  protected get tables(): AccountsTables {
    return this.parts.tables;
  }

  /** The position of this reader: it sees everything at or before it. */
  async position(): Promise<Position> {
    return this.snapshot.position();
  }

  // Accounts

  async account(userId: UserId): Promise<AccountRecord | undefined> {
    return this.tables.accounts.get(this.snapshot, [userId]);
  }

  /** Accounts in the order of their user ids, at most `limit`, behind `after`. */
  async accountsAfter(
    after: UserId | undefined,
    limit: number,
  ): Promise<{ userId: UserId; account: AccountRecord }[]> {
    const bounds = after === undefined ? { limit } : { after, limit };
    const rows = await this.tables.accounts.list(this.snapshot, [], bounds);
    return rows.map(({ key: [userId], value: account }) => ({ userId, account }));
  }

  async passwordHash(userId: UserId): Promise<string | undefined> {
    return this.tables.passwords.get(this.snapshot, [userId]);
  }

  /** Changes whose effects in other databases are not known to be complete, oldest user id first. */
  async intents(): Promise<{ change: Intent; userId: UserId }[]> {
    const rows = await this.tables.intents.list(this.snapshot);
    return rows.map(({ key: [change, userId] }) => ({ change, userId }));
  }

  // Devices and access tokens

  /** Whom an access token belongs to, by its SHA-256: one point read. */
  async tokenOwner(tokenHash: Buffer): Promise<TokenRecord | undefined> {
    return this.tables.tokens.get(this.snapshot, [tokenHash]);
  }

  async device(userId: UserId, deviceId: string): Promise<DeviceRecord | undefined> {
    return this.tables.devices.get(this.snapshot, [userId, deviceId]);
  }

  async deviceSeen(userId: UserId, deviceId: string): Promise<DeviceSeenRecord | undefined> {
    return this.tables.devicesSeen.get(this.snapshot, [userId, deviceId]);
  }

  async devices(userId: UserId): Promise<{ deviceId: string; device: DeviceRecord }[]> {
    const rows = await this.tables.devices.list(this.snapshot, [userId]);
    return rows.map(({ key: [, deviceId], value: device }) => ({ deviceId, device }));
  }

  /** When each device of a user was last seen; devices that never were are not in it. */
  async devicesSeen(userId: UserId): Promise<Map<string, DeviceSeenRecord>> {
    const rows = await this.tables.devicesSeen.list(this.snapshot, [userId]);
    return new Map(rows.map(({ key: [, deviceId], value }) => [deviceId, value]));
  }

  // Registration tokens and interactive authentication

  async registrationToken(token: string): Promise<RegistrationTokenRecord | undefined> {
    return this.tables.registrationTokens.get(this.snapshot, [token]);
  }

  async registrationTokens(): Promise<{ token: string; record: RegistrationTokenRecord }[]> {
    const rows = await this.tables.registrationTokens.list(this.snapshot);
    return rows.map(({ key: [token], value: record }) => ({ token, record }));
  }

  async interactiveSession(minute: number, session: string): Promise<InteractiveSessionRecord | undefined> {
    return this.tables.interactiveSessions.get(this.snapshot, [minute, session]);
  }

  // Profile, filters, account data

  async profile(userId: UserId): Promise<ProfileRecord | undefined> {
    return this.tables.profiles.get(this.snapshot, [userId]);
  }

  async filter(userId: UserId, filterId: string): Promise<JsonObject | undefined> {
    return this.tables.filters.get(this.snapshot, [userId, filterId]);
  }

  async accountData(userId: UserId, name: AccountDataName): Promise<JsonObject | undefined> {
    return this.parts.accountData.get(this.snapshot, userId, slotOf(name));
  }

  /**
   * What has changed behind `after` (everything, where that is undefined) and no later than `through`, oldest first:
   * one range read for each page of the stream.
   */
  async accountDataChanges(
    userId: UserId,
    after: Position | undefined,
    through: Position,
  ): Promise<AccountDataChange[]> {
    const changes: AccountDataChange[] = [];
    for (let from = after; ; ) {
      const bounds = from === undefined ? { through } : { after: from, through };
      const { entries, more } = await this.parts.accountData.read(this.snapshot, userId, bounds);
      for (const { at, slot, value } of entries) changes.push({ ...nameOfSlot(slot), at, content: value });
      from = entries.at(-1)?.at;
      if (!more || from === undefined) return changes;
    }
  }
}
