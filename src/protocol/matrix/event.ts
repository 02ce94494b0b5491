// An event as it travels between servers and is stored: the federation form. Room version pages, "Event format"; an
// event's id is no part of it (room versions 3 and later) but follows from it.
import type { EventId, RoomId, UserId } from '#protocol/matrix/identifiers';
import type { Integer } from '#protocol/matrix/integers';
import type { JsonObject } from '#protocol/matrix/json';

/** How an event names another: by its id, in room versions 1 and 2 by its id and reference hash. */
export type EventReference = EventId | readonly [EventId, { readonly sha256?: string }];

/** Persistent data unit. Whatever stands in `content` is its sender's say-so. */
export interface Pdu {
  readonly type: string;
  /** Present in room versions 1 and 2 only; later the id follows from the event. */
  readonly event_id?: EventId;
  /** Missing in the create event of room versions whose room id is that event's hash. */
  readonly room_id?: RoomId;
  readonly sender: UserId;
  /** Present in state events only. */
  readonly state_key?: string;
  readonly content: JsonObject;
  /** Milliseconds since the Unix epoch, as the origin's clock had it. */
  readonly origin_server_ts: Integer;
  /** One more than the greatest depth among `prev_events`. */
  readonly depth: Integer;
  readonly prev_events: readonly EventReference[];
  readonly auth_events: readonly EventReference[];
  /** `sha256`: the content hash, as unpadded Base64. */
  readonly hashes: { readonly sha256: string };
  readonly signatures: Signatures;
  readonly unsigned?: JsonObject;
  /** Of redactions up to room version 10: the event to redact. Later it stands in `content`. */
  readonly redacts?: EventId;
}

/** Server name → key id (`ed25519:…`) → signature as unpadded Base64. */
export interface Signatures {
  readonly [server: string]: { readonly [keyId: string]: string };
}

/** What makes an event before it is hashed and signed. */
export type EventDraft = Omit<Pdu, 'hashes' | 'signatures' | 'unsigned'>;

/** `m.room.member`, `content.membership`. */
export const memberships = ['invite', 'join', 'knock', 'leave', 'ban'] as const;
export type Membership = (typeof memberships)[number];

export function isMembership(value: unknown): value is Membership {
  return value === 'join' || value === 'leave' || value === 'invite' || value === 'ban' || value === 'knock';
}

/** The membership that a member event states; undefined for anything that is none. */
export function membershipOf(event: Pick<Pdu, 'content'> | undefined): Membership | undefined {
  if (event === undefined || !Object.hasOwn(event.content, 'membership')) return undefined;
  const { membership } = event.content;
  return isMembership(membership) ? membership : undefined;
}

export function isState(event: Pick<Pdu, 'state_key'>): event is { readonly state_key: string } {
  return event.state_key !== undefined;
}

/** The ids of the events that `event` follows, in its order. */
export function prevEventIds(event: Pick<Pdu, 'prev_events'>): readonly EventId[] {
  return referencedIds(event.prev_events);
}

/** The ids of the events by which `event` says it is authorised, in its order. */
export function authEventIds(event: Pick<Pdu, 'auth_events'>): readonly EventId[] {
  return referencedIds(event.auth_events);
}

/** All entries have one form, which the first tells. */
function referencedIds(references: readonly EventReference[]): readonly EventId[] {
  return typeof references[0] === 'object'
    ? references.map((each) => each[0] as EventId)
    : (references as readonly EventId[]);
}
