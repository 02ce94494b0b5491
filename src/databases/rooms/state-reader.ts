// The room's own state as it is now and as it was at any position of a line, at one snapshot.

import { laterOf, positionBefore } from '#databases/positions';
import { knownAt } from '#databases/rooms/event-reader';
import { type Flip, LineReader } from '#databases/rooms/line-reader';
import type { StateChange, TimelineEvent } from '#databases/rooms/records';
import type { Pdu } from '#protocol/matrix/event';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import { stateKeyText } from '#protocol/matrix/state-keys';
import type { Position } from '#store/contract';
import type { Bounds } from '#store/keyspace';
import { firstPosition, lastPosition } from '#store/versionstamp';

/** A key of the state and the event that holds it; `at` is where the room's state took it up. */
export interface StateEntry {
  readonly type: string;
  readonly stateKey: string;
  readonly at: Position;
  readonly event: EventId;
}

/** An event as the authorisation rules see it: what a redaction takes from it may still be there. */
export interface AuthorisingEvent {
  readonly eventId: EventId;
  readonly pdu: Pdu;
}

/** A change of the room's state, and where it took place. */
export interface PlacedChange {
  readonly at: Position;
  readonly change: StateChange;
}

/** What held a key of the state from a position on. */
export interface HeldSince {
  readonly at: Position;
  readonly event: EventId | undefined;
}

/** Bounds between positions, as in `Bounds`. */
export interface HistoryBounds {
  readonly after?: Position;
  readonly from?: Position;
  readonly before?: Position;
  readonly through?: Position;
  readonly limit?: number;
  readonly reverse?: boolean;
}

/** The state that a line had once everything up to `through` had happened. */
interface PlaceOnLine {
  readonly room: RoomId;
  readonly line: number;
  readonly through: Position;
}

export class StateReader extends LineReader {
  /** The event that holds a key of the room's state now: two point reads. */
  async stateEvent(room: RoomId, type: string, stateKey: string): Promise<TimelineEvent | undefined> {
    const entry = await this.stateEntry(room, type, stateKey);
    return entry && this.stateEntryEvent(room, entry);
  }

  async stateEntry(room: RoomId, type: string, stateKey: string): Promise<StateEntry | undefined> {
    const found = await this.tables.stateNow.get(this.snapshot, [
      room,
      await this.line(room),
      type,
      stateKey,
    ]);
    return found && { type, stateKey, at: knownAt(found), event: found.value as EventId };
  }

  /** The event that authorises by holding a key of the state now: one point read when it is known already. */
  async authEvent(room: RoomId, type: string, stateKey: string): Promise<AuthorisingEvent | undefined> {
    const entry = await this.stateEntry(room, type, stateKey);
    if (!entry) return undefined;
    const { cache } = this.parts;
    const remembered = cache.authorising(entry.event);
    if (remembered) return { eventId: entry.event, pdu: remembered };
    const found = await this.stateEntryEvent(room, entry);
    if (!found) return undefined;
    const known = await this.authorisingPdu(found);
    cache.rememberAuthorising(entry.event, known);
    return { eventId: entry.event, pdu: known };
  }

  /** The event of an entry: it nearly always lies where the room's state took it up, so one point read. */
  async stateEntryEvent(room: RoomId, entry: StateEntry): Promise<TimelineEvent | undefined> {
    const there = await this.eventAt(room, entry.at);
    return there?.eventId === entry.event ? there : this.anyEvent(entry.event);
  }

  /** The room's whole state now (or all keys of one type), without the events themselves. */
  async state(room: RoomId, type?: string): Promise<StateEntry[]> {
    return this.#newest(room, await this.line(room), type);
  }

  async #newest(room: RoomId, line: number, type: string | undefined): Promise<StateEntry[]> {
    const rows = await this.tables.stateNow.list(
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
    const line = await this.lineAt(room, through);
    return line === undefined ? undefined : this.entryOnLine({ room, line, through }, type, stateKey);
  }

  /** The same on any line. */
  protected async entryOnLine(
    { room, line, through }: PlaceOnLine,
    type: string,
    stateKey: string,
  ): Promise<StateEntry | undefined> {
    const { rows } = await this.tables.stateByKey.page(this.snapshot, [room, line, type, stateKey], {
      through,
      limit: 1,
      reverse: true,
    });
    const row = rows[0];
    return row && row.value !== ''
      ? { type, stateKey, at: row.key[4], event: row.value as EventId }
      : undefined;
  }

  /**
   * What held a key of the state over time (`event` undefined: nothing), in order: one range read for each line that the
   * bounds reach, and two rows where the room went over to another.
   */
  async stateHistory(
    room: RoomId,
    type: string,
    stateKey: string,
    bounds: HistoryBounds,
  ): Promise<HeldSince[]> {
    const { reverse = false, limit = Number.POSITIVE_INFINITY } = bounds;
    const [after, through] = span(bounds);
    const stretches = await this.stretches(room);
    const held: HeldSince[] = [];
    for (const stretch of reverse ? stretches.toReversed() : stretches) {
      const { line, begins } = stretch;
      const within = { after: laterOf(after, stretch.after), through: earlierOf(through, stretch.through) };
      const flipped =
        begins && begins.at > after && begins.at <= through
          ? await this.#heldSinceFlip(room, begins, type, stateKey)
          : [];
      if (!reverse) held.push(...flipped);
      if (within.after < within.through) {
        const left = limit - held.length;
        const limits = {
          reverse,
          ...(left === Number.POSITIVE_INFINITY ? {} : { limit: Math.max(left, 1) }),
        };
        const lead: [RoomId, number, string, string] = [room, line, type, stateKey];
        const rows = await this.tables.stateByKey.list(this.snapshot, lead, { ...within, ...limits });
        for (const { key, value } of rows) {
          held.push({ at: key[4], event: value === '' ? undefined : (value as EventId) });
        }
      }
      if (reverse) held.push(...flipped);
      if (held.length >= limit) break;
    }
    return held.slice(0, limit);
  }

  /** Nothing where both lines hold the same under a key. */
  async #heldSinceFlip(room: RoomId, flip: Flip, type: string, stateKey: string): Promise<HeldSince[]> {
    const { at, line, before } = flip;
    const [now, earlier] = await Promise.all(
      [line, before].map((each) =>
        each === undefined ? undefined : this.entryOnLine({ room, line: each, through: at }, type, stateKey),
      ),
    );
    return now?.event === earlier?.event ? [] : [{ at, event: now?.event }];
  }

  /** The room's whole state once everything up to `through` had happened: the state now, with later changes undone. */
  async stateAt(room: RoomId, through: Position): Promise<StateEntry[]> {
    const line = await this.lineAt(room, through);
    return line === undefined ? [] : this.stateOnLine({ room, line, through });
  }

  /** The same on any line; with a type, the keys of that type only. */
  protected async stateOnLine(place: PlaceOnLine, type?: string): Promise<StateEntry[]> {
    const { room, line, through } = place;
    const [newest, later] = await Promise.all([
      this.#newest(room, line, type),
      this.changesOnLine(room, line, { after: through }),
    ]);
    const changed = new Map(
      later
        .filter(({ change }) => type === undefined || change.type === type)
        .map(({ change }) => [stateKeyText(change.type, change.stateKey), change]),
    );
    const kept = newest.filter((entry) => !changed.has(stateKeyText(entry.type, entry.stateKey)));
    const undone = await Promise.all(
      [...changed.values()].map((change) => this.entryOnLine(place, change.type, change.stateKey)),
    );
    return [...kept, ...undone.filter((entry) => entry !== undefined)];
  }

  /** The last place at or before `through` where the state of a line changed; the first position where none is. */
  protected async lastChangeOnLine({ room, line, through }: PlaceOnLine): Promise<Position> {
    const { rows } = await this.tables.stateByTime.page(this.snapshot, [room, line], {
      through,
      limit: 1,
      reverse: true,
    });
    return rows[0]?.key[2] ?? firstPosition;
  }

  /**
   * Changes of the room's state behind `after`, in order: one range read, and both whole states where the room went over
   * to another line. Those changes take place there.
   */
  async stateChanges(room: RoomId, after: Position, through = lastPosition): Promise<PlacedChange[]> {
    const changes: PlacedChange[] = [];
    for (const stretch of await this.stretches(room)) {
      const { line, begins } = stretch;
      if (begins && begins.at > after && begins.at <= through) {
        changes.push(...(await this.#changesByFlip(room, begins)));
      }
      const within = { after: laterOf(after, stretch.after), through: earlierOf(through, stretch.through) };
      if (within.after < within.through) changes.push(...(await this.changesOnLine(room, line, within)));
    }
    return changes;
  }

  async #changesByFlip(room: RoomId, { at, line, before }: Flip): Promise<PlacedChange[]> {
    const [now, earlier] = await Promise.all(
      [line, before].map((each) =>
        each === undefined ? [] : this.stateOnLine({ room, line: each, through: at }),
      ),
    );
    const left = new Map(earlier?.map((entry) => [stateKeyText(entry.type, entry.stateKey), entry]));
    const changes: PlacedChange[] = [];
    for (const { type, stateKey, event } of now ?? []) {
      const name = stateKeyText(type, stateKey);
      if (left.get(name)?.event !== event) changes.push({ at, change: { type, stateKey, event } });
      left.delete(name);
    }
    for (const { type, stateKey } of left.values()) {
      changes.push({ at, change: { type, stateKey, event: null } });
    }
    return changes;
  }

  protected async changesOnLine(room: RoomId, line: number, bounds: Bounds): Promise<PlacedChange[]> {
    const rows = await this.tables.stateByTime.list(this.snapshot, [room, line], bounds);
    return rows.map(({ key: [, , at], value }) => ({ at, change: value }));
  }
}

/** What is behind `after`, and at or before `through`. */
function span({ after, from, before, through }: HistoryBounds): [after: Position, through: Position] {
  const begin = from === undefined || from === firstPosition ? firstPosition : positionBefore(from);
  const end = before === undefined ? lastPosition : positionBefore(before);
  return [laterOf(after ?? firstPosition, begin), earlierOf(through ?? lastPosition, end)];
}

function earlierOf(a: Position, b: Position): Position {
  return a < b ? a : b;
}
