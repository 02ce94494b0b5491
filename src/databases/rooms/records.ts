// The records of the rooms database: what a row's value says.

import type { Pdu } from '#protocol/matrix/event';
import type { EventId, RoomId, UserId } from '#protocol/matrix/identifiers';
import type { Codec } from '#store/codecs';
import type { Position } from '#store/contract';

export type Membership = 'invite' | 'join' | 'knock' | 'leave' | 'ban';

/** What a room is, from its creation on. */
export interface RoomRecord {
  readonly version: string;
  readonly creator: UserId;
  readonly createdAtMs: number;
}

/**
 * Where the room's history stands: the forward extremities, the depth of the deepest, and the line that the room's
 * state runs on (a line is an unbroken run of the room's state).
 */
export interface RoomHead {
  readonly extremities: readonly EventId[];
  readonly depth: number;
  readonly line: number;
}

/**
 * The state before an event, where it is not simply the room's state just before the event's own position: that of
 * `line` at `position`, with the differences of an overlay (named by the event that made it) on top.
 */
export interface StateBefore {
  readonly line: number;
  readonly position: Position;
  readonly overlay?: EventId;
}

/** What is kept beside an event's bytes. */
export interface EventMark {
  readonly eventId: EventId;
  readonly line: number;
  readonly stateBefore?: StateBefore;
  /** The device and transaction id that a local client sent it with. */
  readonly sentBy?: { readonly deviceId: string; readonly transactionId: string };
  /** The redaction that emptied it. */
  readonly redactedBy?: EventId;
  /** The event that held this state before, for state events. */
  readonly replaces?: EventId;
}

/** An event as it lies in its room's stream: its canonical JSON is what was hashed and signed. */
export interface StoredEvent extends EventMark {
  readonly json: Buffer;
}

/** A stored event, read: `at` is its position in the room's stream. */
export interface TimelineEvent extends EventMark {
  readonly at: Position;
  readonly room: RoomId;
  readonly pdu: Pdu;
}

interface PackedMark {
  readonly i: EventId;
  readonly l?: number;
  readonly s?: StateBefore;
  readonly t?: readonly [string, string];
  readonly r?: EventId;
  readonly p?: EventId;
}

/** Two bytes of the mark's length, the mark as terse JSON, the event's canonical JSON. */
export const storedEvent: Codec<StoredEvent> = {
  encode: ({ eventId, line, stateBefore, sentBy, redactedBy, replaces, json }) => {
    const packed: PackedMark = {
      i: eventId,
      ...(line > 0 ? { l: line } : {}),
      ...(stateBefore ? { s: stateBefore } : {}),
      ...(sentBy ? { t: [sentBy.deviceId, sentBy.transactionId] } : {}),
      ...(redactedBy ? { r: redactedBy } : {}),
      ...(replaces ? { p: replaces } : {}),
    };
    const mark = Buffer.from(JSON.stringify(packed), 'utf8');
    const bytes = Buffer.allocUnsafe(2 + mark.length + json.length);
    bytes.writeUInt16BE(mark.length);
    mark.copy(bytes, 2);
    json.copy(bytes, 2 + mark.length);
    return bytes;
  },
  decode: (bytes) => {
    const start = 2 + bytes.readUInt16BE();
    const { i, l, s, t, r, p } = JSON.parse(bytes.toString('utf8', 2, start)) as PackedMark;
    return {
      eventId: i,
      line: l ?? 0,
      ...(s ? { stateBefore: s } : {}),
      ...(t ? { sentBy: { deviceId: t[0], transactionId: t[1] } } : {}),
      ...(r ? { redactedBy: r } : {}),
      ...(p ? { replaces: p } : {}),
      json: bytes.subarray(start),
    };
  },
};

/** A change of the room's state: which key, and which event holds it now and held it before (null = none). */
export interface StateChange {
  readonly type: string;
  readonly stateKey: string;
  readonly event: EventId | null;
}

/** A user's standing in a room. */
export interface MembershipRecord {
  readonly membership: Membership;
  readonly event: EventId;
  readonly sender: UserId;
  /** The user has asked not to be shown the room any more. */
  readonly forgotten?: boolean;
  /** The user had joined at some time, so that the room's history up to here is theirs to see. */
  readonly hasJoined?: boolean;
}

/** An entry of a user's stream of memberships. */
export interface MembershipChange {
  readonly room: RoomId;
  readonly membership: Membership;
}

export interface AliasRecord {
  readonly room: RoomId;
  readonly creator: UserId;
  readonly servers: readonly string[];
}

/** A receipt. */
export interface ReceiptRecord {
  readonly type: string;
  readonly user: UserId;
  readonly event: EventId;
  readonly threadId?: string;
  readonly atMs: number;
}

/** The slot of a receipt in its room's stream: one for each type, user and thread. */
export function receiptSlot({
  type,
  user,
  threadId,
}: Pick<ReceiptRecord, 'type' | 'user' | 'threadId'>): string {
  return JSON.stringify([type, user, threadId ?? null]);
}
