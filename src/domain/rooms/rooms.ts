// What the use cases of rooms share: the database, the lanes, and who we are.
import type { RoomsDatabase } from '#databases/rooms/rooms-database';
import type { Lanes } from '#domain/rooms/lanes';
import type { UserId } from '#protocol/matrix/identifiers';
import type { SigningKey } from '#protocol/matrix/signing-keys';
import type { Clock } from '#support/clock';
import type { Random } from '#support/random';

/** What a member event shows of a user. */
export interface MemberProfile {
  readonly displayname?: string;
  readonly avatar_url?: string;
}

export interface Rooms {
  readonly database: RoomsDatabase;
  readonly lanes: Lanes;
  readonly signingKey: SigningKey;
  readonly clock: Clock;
  readonly random: Random;
  /** The profile of a local user; undefined where there is no such account. */
  profileOf(user: UserId): Promise<MemberProfile | undefined>;
}

/** Who asks, and with which device. */
export interface Sender {
  readonly userId: UserId;
  readonly deviceId: string;
}
