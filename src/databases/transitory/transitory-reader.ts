// Everything that can be asked of the transitory database, at one snapshot.
import type { TypingRecord, transitoryDeclarations } from '#databases/transitory/keys';
import type { RoomId, UserId } from '#protocol/matrix/identifiers';
import type { Position, Snapshot } from '#store/contract';
import type { Tables } from '#store/keyspace';
import type { SlotStream } from '#store/stream';
import { firstPosition } from '#store/versionstamp';

export type TransitoryTables = Tables<typeof transitoryDeclarations>;

/** The parts that readers and writers share. */
export interface TransitoryParts {
  readonly tables: TransitoryTables;
  readonly typing: SlotStream<TypingRecord>;
}

export interface TypingUser extends TypingRecord {
  readonly user: UserId;
}

export class TransitoryReader {
  protected readonly snapshot: Snapshot;
  protected readonly parts: TransitoryParts;

  constructor(snapshot: Snapshot, parts: TransitoryParts) {
    this.snapshot = snapshot;
    this.parts = parts;
  }

  /**
   * Who was last known to type in a room (whether or not the time is up), in the order in which they last said so, and where
   * that last changed: trimming counts as a change, since a holder of an older token may know of what was trimmed.
   * One range read for each page of the stream and one point read.
   */
  async typing(room: RoomId): Promise<{ users: TypingUser[]; changedAt: Position }> {
    const floor = (await this.parts.tables.typingFloors.get(this.snapshot, [room])) as Position | undefined;
    let changedAt = floor ?? firstPosition;
    const users: TypingUser[] = [];
    for (;;) {
      const { entries, more } = await this.parts.typing.read(this.snapshot, room, { after: changedAt });
      for (const { at, slot, value } of entries) {
        if (value) users.push({ user: slot as UserId, ...value });
        changedAt = at;
      }
      if (!more || entries.length === 0) return { users, changedAt };
    }
  }

  async typingUser(room: RoomId, user: UserId): Promise<TypingRecord | undefined> {
    return this.parts.typing.get(this.snapshot, room, user);
  }

  /** Every room with somebody who is or was typing, and who: one scan of what has not been trimmed. */
  async typingEverywhere(): Promise<
    { room: RoomId; at: Position; user: UserId; typing: TypingRecord | undefined }[]
  > {
    const rows = await this.parts.tables.typing.list(this.snapshot);
    return rows.map(({ key: [room, at], value: { slot, value } }) => ({
      room: room as RoomId,
      at,
      user: slot as UserId,
      typing: value,
    }));
  }
}
