// An event as it travels between servers and is stored: the federation form. Room version pages, "Event format"; an
// event's id is no part of it (room versions 3 and later) but follows from it.
import type { EventId, RoomId, UserId } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';

/** Persistent data unit. Whatever stands in `content` is its sender's say-so. */
export interface Pdu {
  readonly type: string;
  /** Missing in the create event of room versions whose room id is that event's hash. */
  readonly room_id?: RoomId;
  readonly sender: UserId;
  /** Present in state events only. */
  readonly state_key?: string;
  readonly content: JsonObject;
  /** Milliseconds since the Unix epoch, as the origin's clock had it. */
  readonly origin_server_ts: number;
  /** One more than the greatest depth among `prev_events`. */
  readonly depth: number;
  readonly prev_events: readonly EventId[];
  readonly auth_events: readonly EventId[];
  /** `sha256`: the content hash, as unpadded Base64. */
  readonly hashes: { readonly sha256: string };
  readonly signatures: Signatures;
  readonly unsigned?: JsonObject;
}

/** Server name → key id (`ed25519:…`) → signature as unpadded Base64. */
export interface Signatures {
  readonly [server: string]: { readonly [keyId: string]: string };
}

/** What makes an event before it is hashed and signed. */
export type EventDraft = Omit<Pdu, 'hashes' | 'signatures' | 'unsigned'>;

/** `m.room.member`, `content.membership`. */
export type Membership = 'invite' | 'join' | 'knock' | 'leave' | 'ban';

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
