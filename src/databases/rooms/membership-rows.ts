// Memberships follow the room's state, whether an event carries the change or resolution does: the room's side (who is
// what, and how many), and for local users their own standing and the stream that tells them of it.

import { type MemberGroup, memberGroup } from '#databases/rooms/keys';
import type { MembershipRecord } from '#databases/rooms/records';
import type { RoomsTables } from '#databases/rooms/rooms-parts';
import { type Membership, membershipOf, type Pdu } from '#protocol/matrix/event';
import type { EventId, RoomId, UserId } from '#protocol/matrix/identifiers';
import type { Position } from '#store/contract';
import type { Writing } from '#store/database';
import type { PendingPosition } from '#store/versionstamp';

/** The member event that the state holds, or held, for a user. */
interface MemberEvent {
  readonly eventId: EventId;
  readonly pdu: Pdu;
}

/** A change of the room's state under `m.room.member`. */
export interface MemberChange {
  readonly user: UserId;
  /** Where the room's state takes it up. */
  readonly at: PendingPosition;
  readonly now: MemberEvent | undefined;
  readonly before: MemberEvent | undefined;
  /** The stripped state that an invited local user is shown. */
  readonly inviteState?: readonly object[] | undefined;
}

/** Where a local user stands in the room: what is stored, and since when and how this transaction leaves it. */
interface Standing {
  readonly stored: { readonly at: Position; readonly hasJoined: boolean } | undefined;
  readonly at: PendingPosition;
  readonly record: MembershipRecord;
}

export class MembershipRows {
  readonly #tables: RoomsTables;
  readonly #writing: Writing;
  readonly #room: RoomId;
  readonly #isLocal: (user: UserId) => boolean;
  #line: number;
  // Written at the end: what is stamped cannot be taken away again, and only the last membership leaves an entry.
  readonly #standings = new Map<UserId, Standing>();
  readonly #counts = new Map<Membership, number>();

  constructor(
    tables: RoomsTables,
    writing: Writing,
    { room, line }: { readonly room: RoomId; readonly line: number },
    isLocal: (user: UserId) => boolean,
  ) {
    this.#tables = tables;
    this.#writing = writing;
    this.#room = room;
    this.#line = line;
    this.#isLocal = isLocal;
  }

  /**
   * The room goes on on another line, whose members are there already: only where local users stand differs, and only
   * for these is anything read or written.
   */
  async moveTo(line: number, changes: readonly MemberChange[]): Promise<void> {
    if (this.#counts.size > 0) throw new Error('a room changes its line before anything else');
    this.#line = line;
    for (const change of changes) {
      const [membership, earlier] = [membershipIn(change.now), membershipIn(change.before)];
      if (membership !== earlier) await this.#followLocal(change, membership, earlier);
    }
  }

  /** A change of the state on the room's line. */
  async follow(change: MemberChange): Promise<void> {
    const { user, at, now, before } = change;
    const { transaction } = this.#writing;
    const [membership, earlier] = [membershipIn(now), membershipIn(before)];
    if (now && membership) {
      this.#tables.members.set(transaction, this.#place(membership, user), { at, value: now.eventId });
    }
    const isLocal = this.#isLocal(user);
    // Also where it is there: of a user whom the state speaks of since before there were such rows it may not be.
    if (isLocal) this.#tables.localMembers.set(transaction, [this.#room, this.#line, user], true);
    if (membership === earlier) return;
    if (earlier) {
      this.#tables.members.clear(transaction, this.#place(earlier, user));
      this.#count(earlier, -1);
    }
    if (membership) this.#count(membership, 1);
    if (isLocal) await this.#followLocal(change, membership, earlier);
  }

  #place(membership: Membership, user: UserId): [RoomId, MemberGroup, UserId] {
    return [this.#room, memberGroup(this.#line, membership), user];
  }

  #count(membership: Membership, amount: number): void {
    this.#counts.set(membership, (this.#counts.get(membership) ?? 0) + amount);
  }

  async #followLocal(
    { user, at, now, before, inviteState }: MemberChange,
    membership: Membership | undefined,
    earlier: Membership | undefined,
  ): Promise<void> {
    const { transaction } = this.#writing;
    // Where the state holds nothing of a user any more they are out of the room; what it held last says since when.
    const event = now ?? before;
    if (!event) return;
    const written = this.#standings.get(user);
    const stored = written ? written.stored : await this.#storedStanding(user);
    const hasJoined = membership === 'join' || (written?.record ?? stored)?.hasJoined;
    this.#standings.set(user, {
      stored,
      at,
      record: {
        membership: membership ?? 'leave',
        event: event.eventId,
        sender: event.pdu.sender,
        ...(hasJoined ? { hasJoined } : {}),
      },
    });
    if (membership === 'invite') this.#tables.invites.set(transaction, [user, this.#room], inviteState ?? []);
    else if (earlier === 'invite') this.#tables.invites.clear(transaction, [user, this.#room]);
    this.#writing.changed.add(`u${user}`);
  }

  async #storedStanding(user: UserId): Promise<Standing['stored']> {
    const found = await this.#tables.memberships.get(this.#writing.transaction, [user, this.#room]);
    return found && { at: found.at as Position, hasJoined: found.value.hasJoined === true };
  }

  /** Writes the counts, and where local users now stand. */
  write(): void {
    const { transaction } = this.#writing;
    for (const [membership, amount] of this.#counts) {
      if (amount === 0) continue;
      const group = memberGroup(this.#line, membership);
      this.#tables.memberCounts.add(transaction, [this.#room, group], amount);
    }
    for (const [user, { stored, at, record }] of this.#standings) {
      if (stored) this.#tables.membershipStream.clear(transaction, [user, stored.at]);
      const { membership } = record;
      this.#tables.membershipStream.set(transaction, [user, at], { room: this.#room, membership });
      this.#tables.memberships.set(transaction, [user, this.#room], { at, value: record });
    }
  }
}

function membershipIn(member: MemberEvent | undefined): Membership | undefined {
  return member && (membershipOf(member.pdu) ?? 'leave');
}
