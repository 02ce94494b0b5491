// Lines of a room's state: which of them counts at a position, and how far one that is being staged has come. A room
// that nobody has joined by way of another server stays on its first line, and nothing is read to know that.
import { positionBefore } from '#databases/positions';
import { EventReader, knownAt } from '#databases/rooms/event-reader';
import type { LineRecord } from '#databases/rooms/records';
import type { RoomId, UserId } from '#protocol/matrix/identifiers';
import type { Position } from '#store/contract';
import { firstPosition, lastPosition } from '#store/versionstamp';

/** Where a room went over to another line. Everything of that line at or before `at` was staged. */
export interface Flip {
  readonly at: Position;
  readonly line: number;
  /** The line before it; undefined where the room was not known before. */
  readonly before: number | undefined;
}

/** A stretch of positions over which one line counts. */
interface Stretch {
  readonly line: number;
  /** The flip that it begins with; undefined for a room's first line. */
  readonly begins: Flip | undefined;
  /** What lies in it lies behind `after` and at or before `through`. */
  readonly after: Position;
  readonly through: Position;
}

export class LineReader extends EventReader {
  /** Where the room went over to other lines, in order: remembered, since no more happens before the line it is on. */
  async flips(room: RoomId): Promise<readonly Flip[]> {
    const line = await this.line(room);
    if (line === 0) return [];
    const name = `${line} ${room}`;
    const known = this.parts.flips.get(name);
    if (known) return known;
    const rows = await this.tables.lines.list(this.snapshot, [room], { through: line });
    const flips = rows.flatMap(({ key, value: { at, value } }) =>
      value.standing === 'counted' ? [{ at: at as Position, line: key[1], before: value.before }] : [],
    );
    this.parts.flips.set(name, flips);
    return flips;
  }

  /** The line that counts once everything up to `through` has happened; undefined before the room was known. */
  async lineAt(room: RoomId, through: Position): Promise<number | undefined> {
    const flips = await this.flips(room);
    const flip = flips.findLast(({ at }) => at <= through);
    if (flip) return flip.line;
    return flips.length > 0 ? flips[0]?.before : this.line(room);
  }

  /** The stretches of the room's history, each on one line, in order. */
  protected async stretches(room: RoomId): Promise<Stretch[]> {
    const flips = await this.flips(room);
    const first = flips.length > 0 ? flips[0]?.before : await this.line(room);
    const endAt = (index: number): Position => {
      const next = flips[index];
      return next ? positionBefore(next.at) : lastPosition;
    };
    const later = flips.map((flip, index) => {
      return { line: flip.line, begins: flip, after: flip.at, through: endAt(index + 1) };
    });
    if (first === undefined) return later;
    return [{ line: first, begins: undefined, after: firstPosition, through: endAt(0) }, ...later];
  }

  /** What is known of a line that is not a room's first. */
  async lineRecord(room: RoomId, line: number): Promise<(LineRecord & { at: Position }) | undefined> {
    const found = await this.tables.lines.get(this.snapshot, [room, line]);
    return found && { ...found.value, at: knownAt(found) };
  }

  /** All lines of a room but the first, in order. */
  async lineRecords(room: RoomId): Promise<(LineRecord & { line: number; at: Position })[]> {
    const rows = await this.tables.lines.list(this.snapshot, [room]);
    return rows.map(({ key: [, line], value }) => ({ ...value.value, line, at: knownAt(value) }));
  }

  /** The local users of whom the state of a line says something, or did. */
  async localMembers(room: RoomId, line: number): Promise<UserId[]> {
    const rows = await this.tables.localMembers.list(this.snapshot, [room, line]);
    return rows.map(({ key: [, , user] }) => user);
  }
}
