// What is known in memory of one active user, whichever devices they sync with: the rooms they are in, what moved in
// them and when, and who is waiting for the next change.
import { firstPosition, laterOf, type Position } from '#databases/positions';
import type { SyncPositions } from '#domain/rooms/reading/position-tokens';
import { RecentChanges } from '#domain/sync/recent-changes';
import type { RoomId, UserId } from '#protocol/matrix/identifiers';

export class Watch {
  readonly user: UserId;
  /** The rooms the user is joined to, as of `membershipsThrough`. */
  readonly joined = new Set<RoomId>();
  /** Changes of events, state and receipts, by room. */
  readonly rooms = new RecentChanges<RoomId>();
  /** Changes of who types, by room. */
  readonly typing = new RecentChanges<RoomId>();
  /** Memberships are known up to here. */
  membershipsThrough: Position = firstPosition;
  /** Where the user's own memberships last changed, as far as is known. */
  membershipsChangedAt: Position = firstPosition;
  /** Where the user's account data last changed, as far as is known. */
  accountChangedAt: Position = firstPosition;
  /** Changes up to here may be missing above; whoever stands before it looks at the streams themselves. */
  floor: SyncPositions = { rooms: firstPosition, accounts: firstPosition, transitory: firstPosition };
  readonly #waiting = new Set<() => void>();
  #isForgotten = false;

  constructor(user: UserId) {
    this.user = user;
  }

  /** Whether there may be anything behind `since`: three comparisons, however many rooms the user is in. */
  hasNews(since: SyncPositions): boolean {
    const { floor } = this;
    return (
      since.rooms < floor.rooms ||
      since.accounts < floor.accounts ||
      since.transitory < floor.transitory ||
      this.membershipsChangedAt > since.rooms ||
      (this.rooms.newest ?? firstPosition) > since.rooms ||
      this.accountChangedAt > since.accounts ||
      (this.typing.newest ?? firstPosition) > since.transitory
    );
  }

  /** Rooms in which something may have happened behind `since`. */
  changedRooms(since: SyncPositions): Set<RoomId> {
    if (since.rooms < this.floor.rooms || since.transitory < this.floor.transitory)
      return new Set(this.joined);
    return this.rooms.since(since.rooms).union(this.typing.since(since.transitory));
  }

  /** Whether the room's typing may have changed behind `since`. */
  typingSince(since: Position): (room: RoomId) => boolean {
    if (since < this.floor.transitory) return () => true;
    const changed = this.typing.since(since);
    return (room) => changed.has(room);
  }

  markMemberships(at: Position): void {
    this.membershipsChangedAt = laterOf(this.membershipsChangedAt, at);
  }

  markAccount(at: Position): void {
    this.accountChangedAt = laterOf(this.accountChangedAt, at);
  }

  /** True once nobody tells it of changes any more: whoever waits must ask for the user's watch anew. */
  get isForgotten(): boolean {
    return this.#isForgotten;
  }

  forget(): void {
    this.#isForgotten = true;
    this.wake();
  }

  /** Has `wake` called at the next change, once; answers what takes that back. */
  onChange(wake: () => void): () => void {
    this.#waiting.add(wake);
    return () => this.#waiting.delete(wake);
  }

  /** Wakes everybody who waits. */
  wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}
