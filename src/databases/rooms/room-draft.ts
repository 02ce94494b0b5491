// A room as one transaction sees and changes it. What a transaction stamps it cannot read back (error 1036), so the
// judge of a batch works on this copy in memory: each event appended is written at once and seen by the next. An event
// that does not follow the room's history as it stands needs what is stored, so it comes first in its transaction.

import { isDeepStrictEqual } from 'node:util';
import {
  type Appended,
  ComesFirstError,
  type DraftEvent,
  type Outlier,
  type Received,
  toDraftEvent,
} from '#databases/rooms/draft-events';
import { EventRows } from '#databases/rooms/event-rows';
import { MembershipRows } from '#databases/rooms/membership-rows';
import { writeLayer } from '#databases/rooms/overlays';
import { placeState, type StatePlace, type StateShift } from '#databases/rooms/plan-append';
import { planFlip } from '#databases/rooms/plan-flip';
import type { RoomHead, RoomRecord } from '#databases/rooms/records';
import type { RoomsParts } from '#databases/rooms/rooms-parts';
import type { AuthorisingEvent, RoomsReader } from '#databases/rooms/rooms-reader';
import { dropLine } from '#databases/rooms/stage-line';
import type { StateView } from '#databases/rooms/state-view';
import { type Pdu, prevEventIds } from '#protocol/matrix/event';
import { referenceTo } from '#protocol/matrix/hashes';
import type { EventId, RoomId, UserId } from '#protocol/matrix/identifiers';
import { plainNumber } from '#protocol/matrix/integers';
import { MissingEventsError } from '#protocol/matrix/resolution/questions';
import { roomVersion } from '#protocol/matrix/room-versions';
import { stateKeyText } from '#protocol/matrix/state-keys';
import type { Position } from '#store/contract';
import type { Writing } from '#store/database';
import { PendingPosition } from '#store/versionstamp';
import { ProtocolError } from '#support/errors';

export type { DraftEvent } from '#databases/rooms/draft-events';

/** What a draft is of. */
export interface DraftedRoom {
  readonly room: RoomId;
  readonly record: RoomRecord;
  /** The transaction is for one request only, so what that does not append is as it is stored. */
  readonly isAlone: boolean;
}

export class RoomDraft implements DraftedRoom {
  readonly room: RoomId;
  readonly isAlone: boolean;
  readonly record: RoomRecord;
  readonly #reader: RoomsReader;
  readonly #writing: Writing;
  readonly #parts: RoomsParts;
  readonly #memberships: MembershipRows;
  readonly #events: EventRows;
  #head: RoomHead;
  // Keys of the state that were read or changed, and events appended; absent keys are remembered too.
  readonly #state = new Map<string, DraftEvent | undefined>();
  readonly #auth: Map<string, AuthorisingEvent | undefined>;
  #isMoved = false;

  constructor(
    reader: RoomsReader,
    writing: Writing,
    { room, record, isAlone }: DraftedRoom,
    head: RoomHead,
    parts: RoomsParts,
    isLocal: (user: UserId) => boolean,
  ) {
    this.#reader = reader;
    this.#writing = writing;
    this.#parts = parts;
    this.#memberships = new MembershipRows(parts.tables, writing, { room, line: head.line }, isLocal);
    this.#events = new EventRows(reader, writing.transaction, parts, { room, record });
    this.#auth = new Map(parts.authMemory.at(room, head));
    this.room = room;
    this.isAlone = isAlone;
    this.record = record;
    this.#head = head;
  }

  get head(): RoomHead {
    return this.#head;
  }

  /** What is stored: nothing of what this transaction has stamped can be read there. */
  get stored(): RoomsReader {
    return this.#reader;
  }

  /** The event that holds a key of the state: from memory, or by three point reads the first time. */
  async stateEvent(type: string, stateKey: string): Promise<DraftEvent | undefined> {
    const name = stateKeyText(type, stateKey);
    if (this.#state.has(name)) return this.#state.get(name);
    const found = await this.#reader.stateEvent(this.room, type, stateKey);
    const event = found && toDraftEvent(found);
    // A redacted one lacks what it authorises by: it is asked for anew.
    if (found?.redactedBy === undefined) this.#state.set(name, event);
    return event;
  }

  /** The same as the authorisation rules see it: one point read for an event that was met before. */
  async authEvent(type: string, stateKey: string): Promise<AuthorisingEvent | undefined> {
    const name = stateKeyText(type, stateKey);
    const known = this.#state.get(name) ?? this.#auth.get(name);
    if (known || this.#state.has(name) || this.#auth.has(name)) return known;
    const found = await this.#reader.authEvent(this.room, type, stateKey);
    this.#auth.set(name, found);
    return found;
  }

  /** The same, for keys that `authEvent` or `stateEvent` was asked for before in this transaction. */
  knownState(type: string, stateKey: string): Pdu | undefined {
    const name = stateKeyText(type, stateKey);
    return (this.#state.get(name) ?? this.#auth.get(name))?.pdu;
  }

  /** Any event of this room's stream by its id, those appended included. */
  async event(eventId: EventId): Promise<DraftEvent | undefined> {
    const event = await this.anyEvent(eventId);
    return event?.mark.standing === undefined ? event : undefined;
  }

  /** The same, events that lie aside included. */
  async anyEvent(eventId: EventId): Promise<DraftEvent | undefined> {
    const appended = this.#events.get(eventId);
    if (appended) return appended;
    const found = await this.#reader.anyEvent(eventId);
    return found && found.room === this.room ? toDraftEvent(found) : undefined;
  }

  /** An event that this transaction has appended, or laid aside (`mark.standing` tells). */
  appended(eventId: EventId): DraftEvent | undefined {
    return this.#events.get(eventId);
  }

  /** True where a received event follows the room's history as it stands: exactly all of its extremities. */
  followsHead(pdu: Pick<Pdu, 'prev_events'>): boolean {
    const previous = new Set(prevEventIds(pdu));
    const { extremities } = this.#head;
    return previous.size === extremities.length && extremities.every((id) => previous.has(id));
  }

  /** Appends an event that follows all extremities: five rows, and for state four more and the memberships. */
  async append(appended: Appended): Promise<void> {
    const { pdu, eventId } = appended;
    const stateKey = pdu.state_key;
    const replaced = stateKey === undefined ? undefined : await this.stateEvent(pdu.type, stateKey);
    const event = await this.#events.place(appended, {
      line: this.#head.line,
      ...(replaced ? { replaces: replaced.eventId } : {}),
    });
    this.#moveHead([eventId], pdu);
    if (stateKey === undefined) return;
    await this.#shiftState(pdu.type, stateKey, event.at as PendingPosition, {
      now: event,
      before: replaced,
      inviteState: appended.inviteState,
    });
  }

  /**
   * Stores an event that was judged, whatever it follows: an accepted one becomes part of the room's stream, and the
   * room's state is resolved anew; a rejected or soft-failed one lies aside.
   * @throws ComesFirstError where the draft has appended something and the event does not simply follow it
   */
  async appendReceived(received: Received): Promise<void> {
    const { bytes, before, standing, refusal, ...rest } = received;
    const { pdu, eventId } = received;
    const followsHead = this.followsHead(pdu);
    if (!followsHead && this.#isMoved) throw new ComesFirstError();
    const keptFrom = await this.#takeOutlier(eventId, pdu);
    const appended: Appended = {
      ...rest,
      signed: Promise.resolve({ pdu, bytes }),
      ...(keptFrom ? { keptFrom } : {}),
    };
    if (standing === 'accepted' && followsHead) return this.append(appended);
    if (standing !== 'accepted') {
      const place = followsHead ? undefined : await this.#placeAside(eventId, pdu, before);
      this.#writeLayer(place);
      await this.#events.place(appended, {
        line: this.#head.line,
        standing,
        ...(refusal ? { refusal } : {}),
        ...(place?.stateBefore ? { stateBefore: place.stateBefore } : {}),
      });
      return;
    }
    await this.#appendForked(appended, stateGiven(before));
  }

  /**
   * Stores an event that others name, and of which nobody has told what it follows; nothing where it is stored already.
   * One with a refusal is rejected.
   */
  async storeOutlier(outlier: Outlier): Promise<void> {
    const { pdu, eventId, bytes, refusal, ...rest } = outlier;
    if (await this.#storedBefore(eventId)) return;
    const appended = { ...rest, pdu, eventId, signed: Promise.resolve({ pdu, bytes }) };
    await this.#events.place(appended, {
      line: this.#head.line,
      standing: 'outlier',
      ...(refusal ? { refusal } : {}),
    });
  }

  /**
   * The room goes over to a line that has been staged for `joining`, the event that begins it: all that came before is
   * left behind, and that event is what comes next. Local users' standings follow the difference of the two lines.
   * @throws ProtocolError unavailable where the line is not to be had any more
   */
  async flipLine(line: number, { bytes, refusal: _, ...joining }: Outlier): Promise<void> {
    if (this.#isMoved) throw new ComesFirstError();
    const { tables } = this.#parts;
    const { transaction } = this.#writing;
    const { eventId, pdu } = joining;
    const { room } = this;
    const flip = await planFlip(this.#reader, room, this.#head, { line, eventId, pdu });
    const at = new PendingPosition(transaction.nextOrder());
    const keptFrom = await this.#takeOutlier(eventId, pdu);
    for (const other of flip.unused) {
      await dropLine({ reader: this.#reader, transaction, parts: this.#parts }, room, other);
    }
    tables.lines.set(transaction, [room, line], { at, value: flip.record });
    this.#head = { line, extremities: [], depth: this.#head.depth };
    this.#state.clear();
    this.#auth.clear();
    if (pdu.state_key !== undefined) {
      this.#state.set(stateKeyText(pdu.type, pdu.state_key), flip.held && toDraftEvent(flip.held));
    }
    await this.#memberships.moveTo(
      line,
      flip.members.map(({ user, now, before }) => ({ user, at, now, before })),
    );
    const signed = Promise.resolve({ pdu, bytes });
    await this.append({ ...joining, signed, ...(keptFrom ? { keptFrom } : {}) });
  }

  async #placeAside(eventId: EventId, pdu: Pdu, before: StateView | undefined): Promise<StatePlace> {
    const current = await this.#reader.currentState(this.room);
    return placeState(this.#reader, this.room, current, { eventId, pdu, before: stateGiven(before) });
  }

  /** What is stored under the id. In early room versions servers choose ids, so that it may be another room's. */
  async #storedBefore(eventId: EventId): Promise<DraftEvent | undefined> {
    const found = await this.anyEvent(eventId);
    if (found || !(await this.#reader.placeOf(eventId))) return found;
    throw new ProtocolError('forbidden', 'An event of another room has this id.');
  }

  /** An event that turned up before only because others named it is now judged in its own right; where it lay. */
  async #takeOutlier(eventId: EventId, pdu: Pdu): Promise<Position | undefined> {
    const known = await this.#storedBefore(eventId);
    if (!known) return undefined;
    const version = roomVersion(this.record.version);
    // Where servers choose ids, one may have told others of another event under this: they rest on that.
    if (!isDeepStrictEqual(referenceTo(eventId, known.pdu, version), referenceTo(eventId, pdu, version))) {
      throw new ProtocolError('forbidden', 'Another event came under this id before.');
    }
    if (known.mark.standing !== 'outlier') throw new Error(`${eventId} is stored already`);
    if (known.at instanceof PendingPosition) throw new ComesFirstError();
    this.#parts.tables.asides.clear(this.#writing.transaction, [this.room, known.at]);
    return known.at;
  }

  /** Appends an accepted event that does not follow all extremities, or not only them. */
  async #appendForked(appended: Appended, before: StateView): Promise<void> {
    const { eventId, pdu, inviteState } = appended;
    const plan = await this.#reader.planAppend(this.room, this.#head, { eventId, pdu, before });
    const stateKey = pdu.state_key;
    const replaced =
      stateKey === undefined ? undefined : await this.#reader.entryIn(this.room, before, pdu.type, stateKey);
    const shifts = await Promise.all(plan.changes.map((shift) => this.#loadShift(eventId, shift)));
    this.#writeLayer(plan);
    const event = await this.#events.place(appended, {
      line: this.#head.line,
      ...(replaced ? { replaces: replaced } : {}),
      ...(plan.stateBefore ? { stateBefore: plan.stateBefore } : {}),
    });
    this.#moveHead(plan.extremities, pdu);
    for (const { shift, now, before: held } of shifts) {
      const isOwn = shift.type === pdu.type && shift.stateKey === stateKey;
      const at =
        isOwn && shift.now === eventId
          ? (event.at as PendingPosition)
          : new PendingPosition(this.#writing.transaction.nextOrder());
      await this.#shiftState(shift.type, shift.stateKey, at, {
        now: shift.now === eventId ? event : now,
        before: held,
        inviteState: isOwn ? inviteState : undefined,
      });
    }
  }

  async #loadShift(
    eventId: EventId,
    shift: StateShift,
  ): Promise<{
    readonly shift: StateShift;
    readonly now: DraftEvent | undefined;
    readonly before: DraftEvent | undefined;
  }> {
    const now = shift.now === undefined || shift.now === eventId ? undefined : await this.anyEvent(shift.now);
    if (!now && shift.now !== undefined && shift.now !== eventId) throw new MissingEventsError([shift.now]);
    // What held the key before matters for members only.
    const isMember = shift.type === 'm.room.member' && shift.before !== undefined;
    const before = isMember ? await this.anyEvent(shift.before as EventId) : undefined;
    return { shift, now, before };
  }

  #writeLayer(place: StatePlace | undefined): void {
    if (!place?.layer) return;
    writeLayer(this.#parts.tables, this.#writing.transaction, this.room, place.layer);
  }

  #moveHead(extremities: readonly EventId[], pdu: Pdu): void {
    const { line } = this.#head;
    const depth = Math.max(this.#head.depth, plainNumber(pdu.depth));
    this.#head = { line, extremities, depth };
    this.#isMoved = true;
    this.#writing.changed.add(`r${this.room}`);
  }

  /** A key of the room's state changes: three rows, and the memberships. */
  async #shiftState(
    type: string,
    stateKey: string,
    at: PendingPosition,
    change: {
      readonly now: DraftEvent | undefined;
      readonly before: DraftEvent | undefined;
      readonly inviteState: readonly object[] | undefined;
    },
  ): Promise<void> {
    const { transaction } = this.#writing;
    const { stateNow, stateByKey, stateByTime } = this.#parts.tables;
    const { line } = this.#head;
    const value = change.now?.eventId;
    if (value === undefined) stateNow.clear(transaction, [this.room, line, type, stateKey]);
    else stateNow.set(transaction, [this.room, line, type, stateKey], { at, value });
    stateByKey.set(transaction, [this.room, line, type, stateKey, at], value ?? '');
    stateByTime.set(transaction, [this.room, line, at], { type, stateKey, event: value ?? null });
    const name = stateKeyText(type, stateKey);
    this.#auth.delete(name);
    if (change.now?.mark.redactedBy === undefined) this.#state.set(name, change.now);
    else this.#state.delete(name);
    if (type === 'm.room.member') {
      await this.#memberships.follow({ user: stateKey as UserId, at, ...change });
    }
  }

  /** Replaces the stored form of an event by its redacted one. The position, id and place in the state stay. */
  redact(target: DraftEvent, by: EventId, bytesOf: (pdu: Pdu) => Buffer): void {
    this.#events.redact(target, by, bytesOf);
    this.#parts.tables.pendingRedactions.clear(this.#writing.transaction, [this.room, target.eventId, by]);
    if (target.mark.standing === undefined) this.#writing.changed.add(`r${this.room}`);
  }

  /** Remembers a redaction until the event that it names is there. */
  awaitTarget(target: EventId, redaction: EventId): void {
    const { pendingRedactions } = this.#parts.tables;
    pendingRedactions.set(this.#writing.transaction, [this.room, target, redaction], true);
  }

  /** Writes where the room's history and its local users now stand; called once, after the last append. */
  async finish(): Promise<void> {
    await this.#events.write();
    if (!this.#isMoved) return;
    const { tables, authMemory } = this.#parts;
    tables.heads.set(this.#writing.transaction, [this.room], this.#head);
    // A key that was set in the meantime holds the event that was appended to it last.
    for (const [name, event] of this.#state) {
      this.#auth.set(name, event && { eventId: event.eventId, pdu: event.pdu });
    }
    authMemory.remember(this.room, this.#head, this.#auth);
    this.#memberships.write();
  }
}

function stateGiven(before: StateView | undefined): StateView {
  if (before) return before;
  throw new Error('the state before an event on a fork must be said');
}
