// Every table of the rooms database: what is kept for ever of rooms, events, state, memberships, receipts and aliases.

import {
  type AliasRecord,
  type LineRecord,
  type MembershipChange,
  type MembershipRecord,
  type OverlayName,
  type ReceiptRecord,
  type RoomHead,
  type RoomRecord,
  type StateChange,
  storedEvent,
} from '#databases/rooms/records';
import type { Membership } from '#protocol/matrix/event';
import type { EventId, RoomAlias, RoomId, UserId } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import { counter, json, nothing, raw, stamped, utf8 } from '#store/codecs';
import { bytes, declareTable, integer, position, text } from '#store/keyspace';
import { declareSlotStream } from '#store/stream';

const room = text<RoomId>('room');
const user = text<UserId>('user');
const event = text<EventId>('event');
const line = integer('line');
const type = text('type');
const stateKey = text('stateKey');
const at = position('at');
const memberGroupColumn = text<MemberGroup>('group');

const receipts = declareSlotStream<ReceiptRecord>(
  'f',
  "A room's receipts, one per type, user and thread",
  room,
);

/** Users of a room by what a line of its state says of them. */
export type MemberGroup = Membership | `${number} ${Membership}`;

/** Nearly all rooms have one line only, whose groups are the memberships. */
export function memberGroup(line: number, membership: Membership): MemberGroup {
  return line === 0 ? membership : `${line} ${membership}`;
}

export const roomsDeclarations = {
  rooms: declareTable('r', 'What a room is: its version, creator and date', [room], json<RoomRecord>()),
  heads: declareTable('h', 'Forward extremities, depth and line of a room', [room], json<RoomHead>()),
  timeline: declareTable('t', "A room's stream: the events themselves, in order", [room, at], storedEvent),
  events: declareTable(
    'e',
    'In which room and where an event lies; a hyphen before the room: among its asides',
    [event],
    stamped(utf8),
  ),
  stateNow: declareTable(
    'c',
    "The room's state: which event holds a key",
    [room, line, type, stateKey],
    stamped(utf8),
  ),
  stateByKey: declareTable(
    'k',
    'What held a key of the state, by position (empty: nothing)',
    [room, line, type, stateKey, at],
    utf8,
  ),
  stateByTime: declareTable(
    's',
    "Changes of the room's state in order",
    [room, line, at],
    json<StateChange>(),
  ),
  overlays: declareTable(
    'o',
    'Differences of state at a fork, in chunks, named by the event that made them',
    [room, text<OverlayName>('overlay'), integer('chunk')],
    raw,
  ),
  asides: declareTable(
    'd',
    "Events outside the room's stream: rejected, soft-failed and outliers",
    [room, at],
    storedEvent,
  ),
  authReferrers: declareTable(
    'w',
    'The state events that name an event among their auth events, by key (without an id: some that nothing rests on); of those that name power levels or join rules the first few only',
    [room, text<EventId>('authEvent'), type, stateKey, text<EventId | ''>('referrer')],
    nothing,
  ),
  pendingRedactions: declareTable(
    'q',
    'Redactions that wait for the event that they name',
    [room, text<EventId>('target'), text<EventId>('redaction')],
    nothing,
  ),
  redactedContents: declareTable(
    'y',
    'Of redacted state events, what the authorisation rules read and the redaction took',
    [room, event],
    json<JsonObject>(),
  ),
  lines: declareTable(
    'l',
    "Lines of a room's state other than the first: how far they are, and from where on they count",
    [room, line],
    stamped(json<LineRecord>()),
  ),
  members: declareTable(
    'm',
    "A room's users by membership (`memberGroup`), and where their member event lies",
    [room, memberGroupColumn, user],
    stamped(utf8),
  ),
  memberCounts: declareTable(
    'n',
    'How many users of a room have a membership',
    [room, memberGroupColumn],
    counter,
  ),
  localMembers: declareTable(
    'j',
    'The local users of whom the state of a line says something, or did',
    [room, line, user],
    nothing,
  ),
  memberships: declareTable(
    'u',
    "A local user's standing in a room",
    [user, room],
    stamped(json<MembershipRecord>()),
  ),
  membershipStream: declareTable(
    'v',
    "Changes of a local user's memberships, the last one of each room",
    [user, at],
    json<MembershipChange>(),
  ),
  invites: declareTable(
    'i',
    'The stripped state that came with an invite',
    [user, room],
    json<readonly object[]>(),
  ),
  receipts: receipts.entries,
  receiptSlots: receipts.slots,
  aliases: declareTable('a', 'The room that an alias names', [text<RoomAlias>('alias')], json<AliasRecord>()),
  roomAliases: declareTable('b', 'The aliases of a room', [room, text<RoomAlias>('alias')], nothing),
  transactions: declareTable(
    'x',
    "The event that a device's request with a transaction id made",
    [user, text('device'), bytes('request')],
    utf8,
  ),
};
