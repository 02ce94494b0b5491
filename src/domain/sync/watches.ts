// The watches of all active users, and who watches which room: the feeds of the three databases mark in them what
// moved. Users who do not sync cost nothing; the ones that were quiet longest are forgotten.
import { LRUCache } from 'lru-cache';
import { laterOf, type Position } from '#databases/positions';
import type { RoomsReader } from '#databases/rooms/rooms-reader';
import type { Change, ChangeFeed } from '#domain/sync/change-feed';
import { Watch } from '#domain/sync/watch';
import type { RoomId, UserId } from '#protocol/matrix/identifiers';
import { watchedUsersMax } from '#support/limits';

export interface Feeds {
  readonly rooms: ChangeFeed;
  readonly accounts: ChangeFeed;
  readonly transitory: ChangeFeed;
}

/** What reads the rooms database. */
export interface RoomsSource {
  read<T>(body: (reader: RoomsReader) => Promise<T>): Promise<T>;
}

type Mark = (watch: Watch, at: Position) => void;

export class Watches {
  readonly #feeds: Feeds;
  readonly #rooms: RoomsSource;
  readonly #ofUser: LRUCache<UserId, { readonly watch: Watch; readonly ready: Promise<Watch> }>;
  readonly #ofRoom = new Map<RoomId, Set<Watch>>();

  constructor(feeds: Feeds, rooms: RoomsSource, usersMax = watchedUsersMax) {
    this.#feeds = feeds;
    this.#rooms = rooms;
    this.#ofUser = new LRUCache({ max: usersMax, dispose: ({ watch }) => this.#unregister(watch) });
    feeds.rooms.follow({ prepare: (changes) => this.#prepareRooms(changes) });
    feeds.accounts.follow({
      prepare: async (changes) => () => this.#mark(changes, {}, (watch, at) => watch.markAccount(at)),
    });
    feeds.transitory.follow({
      prepare: async (changes) => () =>
        this.#mark(changes, { room: (watch, room, at) => watch.typing.add(room, at) }, undefined),
    });
  }

  /** The watch of a user, loaded when it is new: one range read of their memberships. */
  of(user: UserId): Promise<Watch> {
    const known = this.#ofUser.get(user);
    if (known) return known.ready;
    const watch = new Watch(user);
    // It is registered before it loads, so that no change falls between the two.
    const ready = this.#load(watch);
    const entry = { watch, ready };
    this.#ofUser.set(user, entry);
    ready.catch(() => {
      if (this.#ofUser.peek(user) === entry) this.#ofUser.delete(user);
    });
    return ready;
  }

  async #load(watch: Watch): Promise<Watch> {
    const { memberships, at } = await this.#rooms.read(async (reader) => ({
      memberships: await reader.memberships(watch.user),
      at: await reader.position(),
    }));
    for (const { room, membership } of memberships) if (membership === 'join') this.#register(watch, room);
    watch.membershipsThrough = at;
    const { rooms, accounts, transitory } = this.#feeds;
    watch.floor = {
      rooms: laterOf(at, rooms.fedThrough),
      accounts: accounts.fedThrough,
      transitory: transitory.fedThrough,
    };
    return watch;
  }

  #register(watch: Watch, room: RoomId): void {
    watch.joined.add(room);
    // A watch that was forgotten while it loaded serves those who have it, and is told of nothing.
    if (this.#ofUser.peek(watch.user)?.watch !== watch) return;
    const watches = this.#ofRoom.get(room);
    if (watches) watches.add(watch);
    else this.#ofRoom.set(room, new Set([watch]));
  }

  #unregisterRoom(watch: Watch, room: RoomId): void {
    const watches = this.#ofRoom.get(room);
    watches?.delete(watch);
    if (watches?.size === 0) this.#ofRoom.delete(room);
  }

  #unregister(watch: Watch): void {
    for (const room of watch.joined) this.#unregisterRoom(watch, room);
    watch.forget();
  }

  /** Brings the joined rooms of the watched users whose memberships moved up to date, then marks. */
  async #prepareRooms(changes: readonly Change[]): Promise<() => () => void> {
    const movedAt = new Map<UserId, Position>();
    for (const { at, subjects } of changes) {
      for (const subject of subjects)
        if (subject.startsWith('u')) movedAt.set(subject.slice(1) as UserId, at);
    }
    for (;;) {
      // Watches may be opened while others load; one that is opened after this loop ended sees everything by itself.
      const behind: Watch[] = [];
      for (const [user, at] of movedAt) {
        const entry = this.#ofUser.peek(user);
        if (!entry) continue;
        await entry.ready.catch(() => undefined);
        if (this.#ofUser.peek(user) === entry && entry.watch.membershipsThrough < at)
          behind.push(entry.watch);
      }
      if (behind.length === 0) break;
      await this.#reload(behind);
    }
    return () =>
      this.#mark(changes, { room: (watch, room, at) => watch.rooms.add(room, at) }, (watch, at) =>
        watch.markMemberships(at),
      );
  }

  async #reload(watches: readonly Watch[]): Promise<void> {
    const { moved, at } = await this.#rooms.read(async (reader) => {
      const position = await reader.position();
      const lists = watches.map((watch) =>
        reader.membershipChanges(watch.user, watch.membershipsThrough, position),
      );
      return { moved: await Promise.all(lists), at: position };
    });
    watches.forEach((watch, index) => {
      for (const { room, membership } of moved[index] ?? []) {
        if (membership === 'join') this.#register(watch, room);
        else {
          watch.joined.delete(room);
          this.#unregisterRoom(watch, room);
        }
      }
      watch.membershipsThrough = at;
    });
  }

  /** Marks changes in the watches of rooms and of users; answers what wakes those who wait for them. */
  #mark(
    changes: readonly Change[],
    { room: markRoom }: { room?: (watch: Watch, room: RoomId, at: Position) => void },
    markUser: Mark | undefined,
  ): () => void {
    const marked = new Set<Watch>();
    for (const { at, subjects } of changes) {
      for (const subject of subjects) {
        if (markUser && subject.startsWith('u')) {
          const watch = this.#ofUser.peek(subject.slice(1) as UserId)?.watch;
          if (!watch) continue;
          markUser(watch, at);
          marked.add(watch);
        } else if (markRoom && subject.startsWith('r')) {
          const room = subject.slice(1) as RoomId;
          for (const watch of this.#ofRoom.get(room) ?? []) {
            markRoom(watch, room, at);
            marked.add(watch);
          }
        }
      }
    }
    return () => {
      for (const watch of marked) watch.wake();
    };
  }
}
