// A room as one transaction sees and changes it. What a transaction stamps it cannot read back (error 1036), so the
// judge of a batch works on this copy in memory: each event appended is written at once and seen by the next.

import type { AuthMemory } from '#databases/rooms/auth-memory';
import type {
  EventMark,
  MembershipRecord,
  RoomHead,
  RoomRecord,
  TimelineEvent,
} from '#databases/rooms/records';
import type { AuthEvent, RoomsReader, RoomsTables } from '#databases/rooms/rooms-reader';
import { membershipOf, type Pdu } from '#protocol/matrix/event';
import type { EventId, RoomId, UserId } from '#protocol/matrix/identifiers';
import { plainNumber } from '#protocol/matrix/integers';
import type { Position } from '#store/contract';
import type { Writing } from '#store/database';
import { PendingPosition } from '#store/versionstamp';

/** An event of the draft: stored before, or appended by the transaction under way. */
export interface DraftEvent {
  readonly eventId: EventId;
  readonly pdu: Pdu;
  readonly at: Position | PendingPosition;
  /** What was stored beside it. */
  readonly mark: EventMark;
}

/** An event to append: hashed and judged; its signature may still be under way. */
export interface Appended {
  readonly eventId: EventId;
  readonly pdu: Pdu;
  /** The signed event, and its canonical JSON. */
  readonly signed: Promise<SignedEvent>;
  readonly sentBy?: NonNullable<EventMark['sentBy']>;
  /** The stripped state that an invited local user is shown. */
  readonly inviteState?: readonly object[];
}

/** Where a local user stands in the room: what is stored, and since when and how this transaction leaves it. */
interface SignedEvent {
  readonly pdu: Pdu;
  readonly bytes: Buffer;
}

/** A row of the room's stream that waits for its event to be signed. */
interface StreamRow {
  readonly at: PendingPosition;
  readonly mark: EventMark;
  readonly signed: Promise<SignedEvent>;
}

/** An event that is to be emptied. */
interface Redaction {
  readonly target: DraftEvent;
  readonly by: EventId;
  /** The stored form of what is left. */
  bytesOf(pdu: Pdu): Buffer;
}

interface Standing {
  readonly stored: { readonly at: Position; readonly hasJoined: boolean } | undefined;
  readonly at: Position | PendingPosition;
  readonly record: MembershipRecord;
}

const stateName = (type: string, stateKey: string): string => `${type}\0${stateKey}`;

export class RoomDraft {
  readonly room: RoomId;
  readonly record: RoomRecord;
  readonly #reader: RoomsReader;
  readonly #writing: Writing;
  readonly #tables: RoomsTables;
  readonly #isLocal: (user: UserId) => boolean;
  #head: RoomHead;
  // Keys of the state that were read or changed, and events appended; absent keys are remembered too.
  readonly #state = new Map<string, DraftEvent | undefined>();
  readonly #auth: Map<string, AuthEvent | undefined>;
  readonly #memory: AuthMemory;
  readonly #stream: StreamRow[] = [];
  readonly #redactions: Redaction[] = [];
  readonly #appended = new Map<EventId, DraftEvent>();
  // Written at the end: what is stamped cannot be taken away again, and only the last membership leaves an entry.
  readonly #standings = new Map<UserId, Standing>();

  constructor(
    reader: RoomsReader,
    writing: Writing,
    { room, record }: { room: RoomId; record: RoomRecord },
    head: RoomHead,
    tables: RoomsTables,
    isLocal: (user: UserId) => boolean,
    memory: AuthMemory,
  ) {
    this.#memory = memory;
    this.#auth = new Map(memory.at(room, head));
    this.#reader = reader;
    this.#writing = writing;
    this.room = room;
    this.record = record;
    this.#head = head;
    this.#tables = tables;
    this.#isLocal = isLocal;
  }

  get head(): RoomHead {
    return this.#head;
  }

  /** The event that holds a key of the state: from memory, or by three point reads the first time. */
  async stateEvent(type: string, stateKey: string): Promise<DraftEvent | undefined> {
    const name = stateName(type, stateKey);
    if (this.#state.has(name)) return this.#state.get(name);
    const found = await this.#reader.stateEvent(this.room, type, stateKey);
    const event = found && toDraftEvent(found);
    this.#state.set(name, event);
    return event;
  }

  /** The same as the authorisation rules see it: one point read for an event that was met before. */
  async authEvent(type: string, stateKey: string): Promise<AuthEvent | undefined> {
    const name = stateName(type, stateKey);
    const known = this.#state.get(name) ?? this.#auth.get(name);
    if (known || this.#state.has(name) || this.#auth.has(name)) return known;
    const found = await this.#reader.authEvent(this.room, type, stateKey);
    this.#auth.set(name, found);
    return found;
  }

  /** The same, for keys that `authEvent` or `stateEvent` was asked for before in this transaction. */
  knownState(type: string, stateKey: string): Pdu | undefined {
    const name = stateName(type, stateKey);
    return (this.#state.get(name) ?? this.#auth.get(name))?.pdu;
  }

  /** Any event of this room by its id, those appended included. */
  async event(eventId: EventId): Promise<DraftEvent | undefined> {
    const appended = this.#appended.get(eventId);
    if (appended) return appended;
    const found = await this.#reader.event(eventId);
    return found && found.room === this.room ? toDraftEvent(found) : undefined;
  }

  /** Appends an event that follows all extremities: five rows, and for state three more and the memberships. */
  async append({ eventId, pdu, signed, sentBy, inviteState }: Appended): Promise<void> {
    const { transaction, changed } = this.#writing;
    const { line } = this.#head;
    const at = new PendingPosition(transaction.nextOrder());
    const stateKey = pdu.state_key;
    const replaced = stateKey === undefined ? undefined : await this.stateEvent(pdu.type, stateKey);
    const mark: EventMark = {
      eventId,
      line,
      ...(sentBy ? { sentBy } : {}),
      ...(replaced ? { replaces: replaced.eventId } : {}),
    };
    this.#stream.push({ at, mark, signed });
    this.#tables.events.set(transaction, [eventId], { at, value: this.room });
    this.#head = { line, extremities: [eventId], depth: plainNumber(pdu.depth) };
    changed.add(`r${this.room}`);
    const event: DraftEvent = { eventId, pdu, at, mark };
    this.#appended.set(eventId, event);
    if (stateKey === undefined) return;
    this.#tables.stateNow.set(transaction, [this.room, line, pdu.type, stateKey], { at, value: eventId });
    this.#tables.stateByKey.set(transaction, [this.room, line, pdu.type, stateKey, at], eventId);
    this.#tables.stateByTime.set(transaction, [this.room, line, at], {
      type: pdu.type,
      stateKey,
      event: eventId,
    });
    this.#state.set(stateName(pdu.type, stateKey), event);
    if (pdu.type === 'm.room.member')
      await this.#followMembership(stateKey as UserId, event, replaced, inviteState);
  }

  /** Memberships follow the room's state: the room's side, and for local users theirs. */
  async #followMembership(
    user: UserId,
    event: DraftEvent,
    replaced: DraftEvent | undefined,
    inviteState: readonly object[] | undefined,
  ): Promise<void> {
    const { transaction } = this.#writing;
    const now = membershipOf(event.pdu) ?? 'leave';
    const before = membershipOf(replaced?.pdu);
    this.#tables.members.set(transaction, [this.room, now, user], { at: event.at, value: event.eventId });
    if (before === now) return;
    if (before) {
      this.#tables.members.clear(transaction, [this.room, before, user]);
      this.#tables.memberCounts.add(transaction, [this.room, before], -1);
    }
    this.#tables.memberCounts.add(transaction, [this.room, now], 1);
    if (!this.#isLocal(user)) return;

    const earlier = this.#standings.get(user);
    const stored = earlier ? earlier.stored : await this.#storedStanding(user);
    const hasJoined = now === 'join' || (earlier?.record ?? stored)?.hasJoined;
    this.#standings.set(user, {
      stored,
      at: event.at,
      record: {
        membership: now,
        event: event.eventId,
        sender: event.pdu.sender,
        ...(hasJoined ? { hasJoined } : {}),
      },
    });
    if (now === 'invite') this.#tables.invites.set(transaction, [user, this.room], inviteState ?? []);
    else if (before === 'invite') this.#tables.invites.clear(transaction, [user, this.room]);
    this.#writing.changed.add(`u${user}`);
  }

  async #storedStanding(user: UserId): Promise<Standing['stored']> {
    const found = await this.#tables.memberships.get(this.#writing.transaction, [user, this.room]);
    return found && { at: found.at as Position, hasJoined: found.value.hasJoined === true };
  }

  /** Replaces the stored form of an event by its redacted one. The position, id and place in the state stay. */
  redact(target: DraftEvent, by: EventId, bytesOf: (pdu: Pdu) => Buffer): void {
    this.#redactions.push({ target, by, bytesOf });
    this.#writing.changed.add(`r${this.room}`);
  }

  /** Writes the events, which have been signed side by side in the meantime, and what was redacted. */
  async #writeStream(): Promise<void> {
    const { transaction } = this.#writing;
    const signed = new Map<EventId, Pdu>();
    for (const row of this.#stream) {
      const { pdu, bytes } = await row.signed;
      signed.set(row.mark.eventId, pdu);
      this.#tables.timeline.set(transaction, [this.room, row.at], { ...row.mark, json: bytes });
    }
    for (const { target, by, bytesOf } of this.#redactions) {
      const json = bytesOf(signed.get(target.eventId) ?? target.pdu);
      this.#tables.timeline.set(transaction, [this.room, target.at], {
        ...target.mark,
        redactedBy: by,
        json,
      });
    }
  }

  /** Writes where the room's history and its local users now stand; called once, after the last append. */
  async finish(): Promise<void> {
    if (this.#appended.size === 0) return;
    const { transaction } = this.#writing;
    await this.#writeStream();
    this.#tables.heads.set(transaction, [this.room], this.#head);
    // A key that was set in the meantime holds the event that was appended to it last.
    for (const [name, event] of this.#state) {
      this.#auth.set(name, event && { eventId: event.eventId, pdu: event.pdu });
    }
    this.#memory.remember(this.room, this.#head, this.#auth);
    for (const [user, { stored, at, record }] of this.#standings) {
      if (stored) this.#tables.membershipStream.clear(transaction, [user, stored.at]);
      const { membership } = record;
      this.#tables.membershipStream.set(transaction, [user, at], { room: this.room, membership });
      this.#tables.memberships.set(transaction, [user, this.room], { at, value: record });
    }
  }
}

function toDraftEvent({ at, room: _room, pdu, ...mark }: TimelineEvent): DraftEvent {
  return { eventId: mark.eventId, pdu, at, mark };
}
