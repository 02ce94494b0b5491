// Everything that can be asked of the rooms database, at one snapshot.
import type { LRUCache } from 'lru-cache';

import type { AuthMemory } from '#databases/rooms/auth-memory';
import type { EventCache } from '#databases/rooms/event-cache';
import type { roomsDeclarations } from '#databases/rooms/keys';
import {
  type AliasRecord,
  type Membership,
  type MembershipChange,
  type MembershipRecord,
  type ReceiptRecord,
  type RoomHead,
  type RoomRecord,
  receiptSlot,
  type StateChange,
  type StoredEvent,
  type TimelineEvent,
} from '#databases/rooms/records';
import type { Pdu } from '#protocol/matrix/event';
import type { EventId, RoomAlias, RoomId, UserId } from '#protocol/matrix/identifiers';
import type { At } from '#store/codecs';
import type { Position, Snapshot } from '#store/contract';
import type { Bounds, Tables } from '#store/keyspace';
import type { SlotStream, StreamRead } from '#store/stream';

export type RoomsTables = Tables<typeof roomsDeclarations>;

/** The parts that readers and writers share. */
export interface RoomsParts {
  readonly tables: RoomsTables;
  readonly receipts: SlotStream<ReceiptRecord>;
  readonly cache: EventCache;
  readonly roomRecords: LRUCache<RoomId, RoomRecord>;
  readonly authMemory: AuthMemory;
}

/** A key of the state and the event that holds it; `at` is where the room's state took it up. */
export interface StateEntry {
  readonly type: string;
  readonly stateKey: string;
  readonly at: Position;
  readonly event: EventId;
}

/** An event as the authorisation rules see it: what a redaction takes from it may still be there. */
export interface AuthEvent {
  readonly eventId: EventId;
  readonly pdu: Pdu;
}

/** A user's standing in a room, and where it last changed. */
export interface UserMembership extends MembershipRecord {
  readonly room: RoomId;
  readonly at: Position;
}

const knownAt = <V>(found: At<V>): Position => found.at as Position;

export class RoomsReader {
  protected readonly snapshot: Snapshot;
  protected readonly parts: RoomsParts;
  // The line of each room that this reader has met; a snapshot knows one.
  readonly #lines = new Map<RoomId, number>();

  constructor(snapshot: Snapshot, parts: RoomsParts) {
    this.snapshot = snapshot;
    this.parts = parts;
  }

  get #tables(): RoomsTables {
    return this.parts.tables;
  }

  /** The position of this reader: it sees everything at or before it. */
  async position(): Promise<Position> {
    return this.snapshot.position();
  }

  /** What a room is never changes, so it is read once. */
  async room(room: RoomId): Promise<RoomRecord | undefined> {
    const known = this.parts.roomRecords.get(room);
    if (known) return known;
    const record = await this.#tables.rooms.get(this.snapshot, [room]);
    if (record) this.parts.roomRecords.set(room, record);
    return record;
  }

  async head(room: RoomId): Promise<RoomHead | undefined> {
    const head = await this.#tables.heads.get(this.snapshot, [room]);
    if (head) this.#lines.set(room, head.line);
    return head;
  }

  /** The line that the room's state runs on. */
  async line(room: RoomId): Promise<number> {
    const known = this.#lines.get(room);
    if (known !== undefined) return known;
    const line = (await this.head(room))?.line ?? 0;
    this.#lines.set(room, line);
    return line;
  }

  // Events

  #timelineEvent(room: RoomId, at: Position, stored: StoredEvent): TimelineEvent {
    const { json: _, ...mark } = stored;
    return { ...mark, at, room, pdu: this.parts.cache.pdu(at + room, stored) };
  }

  /** Where an event lies. */
  async whereIs(event: EventId): Promise<{ room: RoomId; at: Position } | undefined> {
    const found = await this.#tables.events.get(this.snapshot, [event]);
    return found && { room: found.value as RoomId, at: knownAt(found) };
  }

  async eventAt(room: RoomId, at: Position): Promise<TimelineEvent | undefined> {
    const stored = await this.#tables.timeline.get(this.snapshot, [room, at]);
    return stored && this.#timelineEvent(room, at, stored);
  }

  /** An event by its id: two point reads. */
  async event(event: EventId): Promise<TimelineEvent | undefined> {
    const where = await this.whereIs(event);
    return where && this.eventAt(where.room, where.at);
  }

  /** Events of a room's stream, oldest first (newest first in reverse): one range read. */
  async timeline(room: RoomId, bounds: Bounds): Promise<{ events: TimelineEvent[]; more: boolean }> {
    const { rows, more } = await this.#tables.timeline.page(this.snapshot, [room], bounds);
    return { events: rows.map(({ key: [, at], value }) => this.#timelineEvent(room, at, value)), more };
  }

  // State

  /** The event that holds a key of the room's state now: two point reads. */
  async stateEvent(room: RoomId, type: string, stateKey: string): Promise<TimelineEvent | undefined> {
    const entry = await this.stateEntry(room, type, stateKey);
    return entry && this.stateEntryEvent(room, entry);
  }

  async stateEntry(room: RoomId, type: string, stateKey: string): Promise<StateEntry | undefined> {
    const found = await this.#tables.stateNow.get(this.snapshot, [
      room,
      await this.line(room),
      type,
      stateKey,
    ]);
    return found && { type, stateKey, at: knownAt(found), event: found.value as EventId };
  }

  /** The event that authorises by holding a key of the state now: one point read when it is known already. */
  async authEvent(room: RoomId, type: string, stateKey: string): Promise<AuthEvent | undefined> {
    const entry = await this.stateEntry(room, type, stateKey);
    if (!entry) return undefined;
    const { cache } = this.parts;
    const known = cache.authorising(entry.event) ?? (await this.stateEntryEvent(room, entry))?.pdu;
    if (!known) return undefined;
    cache.rememberAuthorising(entry.event, known);
    return { eventId: entry.event, pdu: known };
  }

  /** The event of an entry: it nearly always lies where the room's state took it up, so one point read. */
  async stateEntryEvent(room: RoomId, entry: StateEntry): Promise<TimelineEvent | undefined> {
    const there = await this.eventAt(room, entry.at);
    return there?.eventId === entry.event ? there : this.event(entry.event);
  }

  /** The room's whole state now (or all keys of one type), without the events themselves. */
  async state(room: RoomId, type?: string): Promise<StateEntry[]> {
    const line = await this.line(room);
    const rows = await this.#tables.stateNow.list(
      this.snapshot,
      type === undefined ? [room, line] : [room, line, type],
    );
    return rows.map(({ key: [, , entryType, stateKey], value }) => ({
      type: entryType,
      stateKey,
      at: knownAt(value),
      event: value.value as EventId,
    }));
  }

  /** Which event held a key once everything up to `through` had happened: one reverse range of one row. */
  async stateEntryAt(
    room: RoomId,
    through: Position,
    type: string,
    stateKey: string,
  ): Promise<StateEntry | undefined> {
    const line = await this.line(room);
    const { rows } = await this.#tables.stateByKey.page(this.snapshot, [room, line, type, stateKey], {
      through,
      limit: 1,
      reverse: true,
    });
    const row = rows[0];
    return row && row.value !== ''
      ? { type, stateKey, at: row.key[4], event: row.value as EventId }
      : undefined;
  }

  /** What held a key of the state over time (`event` undefined: nothing), in order: one range read. */
  async stateHistory(
    room: RoomId,
    type: string,
    stateKey: string,
    bounds: Bounds,
  ): Promise<{ at: Position; event: EventId | undefined }[]> {
    const line = await this.line(room);
    const rows = await this.#tables.stateByKey.list(this.snapshot, [room, line, type, stateKey], bounds);
    return rows.map(({ key: [, , , , at], value }) => ({
      at,
      event: value === '' ? undefined : (value as EventId),
    }));
  }

  /** The room's whole state once everything up to `through` had happened: the state now, with later changes undone. */
  async stateAt(room: RoomId, through: Position): Promise<StateEntry[]> {
    const [now, later] = await Promise.all([this.state(room), this.stateChanges(room, through)]);
    const changed = new Map(later.map(({ change }) => [`${change.type}\0${change.stateKey}`, change]));
    const kept = now.filter(({ type, stateKey }) => !changed.has(`${type}\0${stateKey}`));
    const undone = await Promise.all(
      [...changed.values()].map(({ type, stateKey }) => this.stateEntryAt(room, through, type, stateKey)),
    );
    return [...kept, ...undone.filter((entry) => entry !== undefined)];
  }

  /** Changes of the room's state behind `after`, in order: one range read. */
  async stateChanges(
    room: RoomId,
    after: Position,
    through?: Position,
  ): Promise<{ at: Position; change: StateChange }[]> {
    const line = await this.line(room);
    const rows = await this.#tables.stateByTime.list(this.snapshot, [room, line], {
      after,
      ...(through ? { through } : {}),
    });
    return rows.map(({ key: [, , at], value }) => ({ at, change: value }));
  }

  // Memberships

  async membership(user: UserId, room: RoomId): Promise<UserMembership | undefined> {
    const found = await this.#tables.memberships.get(this.snapshot, [user, room]);
    return found && { ...found.value, room, at: knownAt(found) };
  }

  /** Every room that a local user has a standing in: one range read. */
  async memberships(user: UserId): Promise<UserMembership[]> {
    const rows = await this.#tables.memberships.list(this.snapshot, [user]);
    return rows.map(({ key: [, room], value }) => ({ ...value.value, room, at: knownAt(value) }));
  }

  /** Rooms in which a local user's standing changed behind `after`: one range read, the last change of each room. */
  async membershipChanges(
    user: UserId,
    after: Position,
    through: Position,
  ): Promise<(MembershipChange & { at: Position })[]> {
    const rows = await this.#tables.membershipStream.list(this.snapshot, [user], { after, through });
    return rows.map(({ key: [, at], value }) => ({ ...value, at }));
  }

  /** The users of a room with a membership, and the event that says so. */
  async members(
    room: RoomId,
    membership: Membership,
  ): Promise<{ user: UserId; at: Position; event: EventId }[]> {
    const rows = await this.#tables.members.list(this.snapshot, [room, membership]);
    return rows.map(({ key: [, , user], value }) => ({
      user,
      at: knownAt(value),
      event: value.value as EventId,
    }));
  }

  async isMember(room: RoomId, membership: Membership, user: UserId): Promise<boolean> {
    return (await this.#tables.members.get(this.snapshot, [room, membership, user])) !== undefined;
  }

  async memberCount(room: RoomId, membership: Membership): Promise<number> {
    return (await this.#tables.memberCounts.get(this.snapshot, [room, membership])) ?? 0;
  }

  async invite(user: UserId, room: RoomId): Promise<readonly object[] | undefined> {
    return this.#tables.invites.get(this.snapshot, [user, room]);
  }

  // Receipts, aliases, transactions

  async receipts(room: RoomId, bounds: Bounds): Promise<StreamRead<ReceiptRecord>> {
    return this.parts.receipts.read(this.snapshot, room, bounds);
  }

  /** The receipt that a user now has of a type and thread: two point reads. */
  async receipt(
    room: RoomId,
    receipt: Pick<ReceiptRecord, 'type' | 'user' | 'threadId'>,
  ): Promise<ReceiptRecord | undefined> {
    return this.parts.receipts.get(this.snapshot, room, receiptSlot(receipt));
  }

  async alias(alias: RoomAlias): Promise<AliasRecord | undefined> {
    return this.#tables.aliases.get(this.snapshot, [alias]);
  }

  async aliasesOf(room: RoomId): Promise<RoomAlias[]> {
    const rows = await this.#tables.roomAliases.list(this.snapshot, [room]);
    return rows.map(({ key: [, alias] }) => alias);
  }

  /** The event that an earlier request of this device with the same transaction id made. */
  async sentEvent(user: UserId, device: string, request: Buffer): Promise<EventId | undefined> {
    return (await this.#tables.transactions.get(this.snapshot, [user, device, request])) as
      | EventId
      | undefined;
  }
}
