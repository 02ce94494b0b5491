// What syncs need: the databases that they read, and what is kept in memory so that they seldom have to.
import type { AccountsReader } from '#databases/accounts/accounts-database';
import type { TransitoryReader } from '#databases/transitory/transitory-reader';
import type { RoomTails } from '#domain/sync/room-tails';
import type { SentMembers } from '#domain/sync/sent-members';
import type { Feeds, RoomsSource, Watches } from '#domain/sync/watches';
import type { Clock } from '#support/clock';

export interface SyncParts {
  readonly rooms: RoomsSource;
  readonly accounts: { read<T>(body: (reader: AccountsReader) => Promise<T>): Promise<T> };
  readonly transitory: { read<T>(body: (reader: TransitoryReader) => Promise<T>): Promise<T> };
  readonly clock: Clock;
  readonly feeds: Feeds;
  readonly watches: Watches;
  readonly tails: RoomTails;
  readonly sentMembers: SentMembers;
}
