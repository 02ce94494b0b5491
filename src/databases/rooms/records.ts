// The records of the rooms database: what a row's value says.

import type { Membership, Pdu } from '#protocol/matrix/event';
import type { EventId, RoomId, UserId } from '#protocol/matrix/identifiers';
import type { Codec } from '#store/codecs';
import type { Position } from '#store/contract';

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
 * `line` at `position`, with the differences of an overlay on top.
 */
export interface StateBefore {
  readonly line: number;
  readonly position: Position;
  readonly overlay?: OverlayName;
}

/**
 * What names an overlay in its room: the id of the event that made it, for the state before that event, or `>` and an
 * event's id, for the state after it (successors of one event share it).
 */
export type OverlayName = string;

/**
 * What keeps an event out of its room's stream: the checks on receipt refused it (`rejected`), the room's current state
 * does not allow it (`soft-failed`), or only others name it and no state before it is known (`outlier`).
 */
export type AsideStanding = 'rejected' | 'soft-failed' | 'outlier';

/** The rule that an event failed, and a sentence that says why. */
export interface Refusal {
  readonly rule: string;
  readonly reason: string;
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
  /** Present where the event lies aside, not in its room's stream. */
  readonly standing?: AsideStanding;
  /** Why it is rejected or soft-failed; an outlier that has one is rejected. */
  readonly refusal?: Refusal;
  /**
   * Of state events, their place in the auth graph: one more than the greatest of their auth events', 0 without any.
   * Events that were stored before it was recorded have none.
   */
  readonly generation?: number;
  /** Where it lay as an outlier before it was judged at its place: from there on others may have named it. */
  readonly keptFrom?: Position;
  /** The JSON holds numbers of other forms than canonical JSON has, which only `parseJson` reads as they stand. */
  readonly hasExactNumbers?: true;
}

/** An event as it lies in its room's stream: its canonical JSON is what was hashed and signed. */
export interface StoredEvent extends EventMark {
  readonly json: Buffer;
}

/** A stored event, read: `at` is its position in the room's stream, or among its asides where it has a standing. */
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
  readonly x?: AsideStanding;
  readonly f?: readonly [rule: string, reason: string];
  readonly g?: number;
  readonly n?: 1;
  readonly k?: Position;
}

/** Two bytes of the mark's length, the mark as terse JSON, the event's canonical JSON. */
export const storedEvent: Codec<StoredEvent> = {
  encode: ({ json, ...mark }) => {
    const { eventId, line, stateBefore, sentBy, redactedBy, replaces, standing, refusal, generation } = mark;
    const packed: PackedMark = {
      i: eventId,
      ...(line > 0 ? { l: line } : {}),
      ...(stateBefore ? { s: stateBefore } : {}),
      ...(sentBy ? { t: [sentBy.deviceId, sentBy.transactionId] } : {}),
      ...(redactedBy ? { r: redactedBy } : {}),
      ...(replaces ? { p: replaces } : {}),
      ...(standing ? { x: standing } : {}),
      ...(refusal ? { f: [refusal.rule, refusal.reason] as const } : {}),
      ...(generation === undefined ? {} : { g: generation }),
      ...(mark.hasExactNumbers ? { n: 1 as const } : {}),
      ...(mark.keptFrom ? { k: mark.keptFrom } : {}),
    };
    const head = Buffer.from(JSON.stringify(packed), 'utf8');
    const bytes = Buffer.allocUnsafe(2 + head.length + json.length);
    bytes.writeUInt16BE(head.length);
    head.copy(bytes, 2);
    json.copy(bytes, 2 + head.length);
    return bytes;
  },
  decode: (bytes) => {
    const start = 2 + bytes.readUInt16BE();
    const { i, l, s, t, r, p, x, f, g, n, k } = JSON.parse(bytes.toString('utf8', 2, start)) as PackedMark;
    return {
      eventId: i,
      line: l ?? 0,
      ...(s ? { stateBefore: s } : {}),
      ...(t ? { sentBy: { deviceId: t[0], transactionId: t[1] } } : {}),
      ...(r ? { redactedBy: r } : {}),
      ...(p ? { replaces: p } : {}),
      ...(x ? { standing: x } : {}),
      ...(f ? { refusal: { rule: f[0], reason: f[1] } } : {}),
      ...(g === undefined ? {} : { generation: g }),
      ...(n ? { hasExactNumbers: true as const } : {}),
      ...(k ? { keptFrom: k } : {}),
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

/** True for an event that the checks on receipt refused, by itself or by the state before it. */
export function isRejected({ standing, refusal }: EventMark): boolean {
  return standing === 'rejected' || (standing === 'outlier' && refusal !== undefined);
}

/**
 * A line of a room's state other than the first. It is staged over several transactions, as a state that came from
 * elsewhere, and counts from the event on that begins it.
 */
export interface LineRecord {
  /** The event that begins the line: the state that is staged is the one before it. */
  readonly event: EventId;
  /** What names the staged state, so that the work can be taken up again. */
  readonly digest: string;
  /** Of how many keys it is, and how many of them are staged. */
  readonly size: number;
  readonly staged: number;
  /** A line is `dropped` where another one counted first: its number is not given out again. */
  readonly standing: 'staged' | 'counted' | 'dropped';
  /** Of one that counts: the line that did so before; absent where the room was not known before. */
  readonly before?: number;
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
