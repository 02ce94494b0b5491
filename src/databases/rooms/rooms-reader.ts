// Everything that can be asked of the rooms database, at one snapshot. The classes that it extends answer for events,
// for the room's own state, and for the states at events.
import { knownAt } from '#databases/rooms/event-reader';
import { GraphReader } from '#databases/rooms/graph-reader';
import { memberGroup } from '#databases/rooms/keys';
import {
  type AliasRecord,
  type MembershipChange,
  type MembershipRecord,
  type ReceiptRecord,
  receiptSlot,
} from '#databases/rooms/records';
import type { Membership } from '#protocol/matrix/event';
import type { EventId, RoomAlias, RoomId, UserId } from '#protocol/matrix/identifiers';
import type { Position } from '#store/contract';
import type { Bounds } from '#store/keyspace';
import type { StreamRead } from '#store/stream';

export type { AuthorisingEvent, StateEntry } from '#databases/rooms/state-reader';

/** A user's standing in a room, and where it last changed. */
export interface UserMembership extends MembershipRecord {
  readonly room: RoomId;
  readonly at: Position;
}

export class RoomsReader extends GraphReader {
  // Memberships

  async membership(user: UserId, room: RoomId): Promise<UserMembership | undefined> {
    const found = await this.tables.memberships.get(this.snapshot, [user, room]);
    return found && { ...found.value, room, at: knownAt(found) };
  }

  /** Every room that a local user has a standing in: one range read. */
  async memberships(user: UserId): Promise<UserMembership[]> {
    const rows = await this.tables.memberships.list(this.snapshot, [user]);
    return rows.map(({ key: [, room], value }) => ({ ...value.value, room, at: knownAt(value) }));
  }

  /** Rooms in which a local user's standing changed behind `after`: one range read, the last change of each room. */
  async membershipChanges(
    user: UserId,
    after: Position,
    through: Position,
  ): Promise<(MembershipChange & { at: Position })[]> {
    const rows = await this.tables.membershipStream.list(this.snapshot, [user], { after, through });
    return rows.map(({ key: [, at], value }) => ({ ...value, at }));
  }

  /** The users of a room with a membership, and the event that says so. */
  async members(
    room: RoomId,
    membership: Membership,
  ): Promise<{ user: UserId; at: Position; event: EventId }[]> {
    const group = memberGroup(await this.line(room), membership);
    const rows = await this.tables.members.list(this.snapshot, [room, group]);
    return rows.map(({ key: [, , user], value }) => ({
      user,
      at: knownAt(value),
      event: value.value as EventId,
    }));
  }

  async isMember(room: RoomId, membership: Membership, user: UserId): Promise<boolean> {
    const group = memberGroup(await this.line(room), membership);
    return (await this.tables.members.get(this.snapshot, [room, group, user])) !== undefined;
  }

  async memberCount(room: RoomId, membership: Membership): Promise<number> {
    const group = memberGroup(await this.line(room), membership);
    return (await this.tables.memberCounts.get(this.snapshot, [room, group])) ?? 0;
  }

  async invite(user: UserId, room: RoomId): Promise<readonly object[] | undefined> {
    return this.tables.invites.get(this.snapshot, [user, room]);
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
    return this.tables.aliases.get(this.snapshot, [alias]);
  }

  async aliasesOf(room: RoomId): Promise<RoomAlias[]> {
    const rows = await this.tables.roomAliases.list(this.snapshot, [room]);
    return rows.map(({ key: [, alias] }) => alias);
  }

  /** The event that an earlier request of this device with the same transaction id made. */
  async sentEvent(user: UserId, device: string, request: Buffer): Promise<EventId | undefined> {
    return (await this.tables.transactions.get(this.snapshot, [user, device, request])) as
      | EventId
      | undefined;
  }
}
