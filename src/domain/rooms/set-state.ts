// A client sets a key of the room's state. Client-Server API, "PUT /rooms/{roomId}/state/{eventType}/{stateKey}".
import { isDeepStrictEqual } from 'node:util';
import type { RoomsReader } from '#databases/rooms/rooms-reader';
import { appendEvent } from '#domain/rooms/append-event';
import { membershipIn, requireProfile } from '#domain/rooms/members';
import { redactEvent, redactedIn } from '#domain/rooms/redact-event';
import type { Rooms, Sender } from '#domain/rooms/rooms';
import { type EventId, isRoomAlias, isUserId, type RoomId, serverOf } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import { ProtocolError } from '#support/errors';
import { appendedBytesEstimate } from '#support/limits';

export interface StateRequest {
  readonly room: RoomId;
  readonly type: string;
  readonly stateKey: string;
  readonly content: JsonObject;
}

/**
 * Sets a key; answers the event that now holds it: the one that already does where nothing changes.
 * Throws `notFound`, `forbidden`, `badAlias`, `badJson`, `tooLarge`.
 */
export async function setState(rooms: Rooms, sender: Sender, request: StateRequest): Promise<EventId> {
  const { room, type, stateKey, content } = request;
  if (type === 'm.room.member') await checkMember(rooms, stateKey, content);
  return rooms.lanes.submit(room, appendedBytesEstimate, async (draft, writer) => {
    const current = await draft.stateEvent(type, stateKey);
    const isMember = (await membershipIn(draft, sender.userId)) === 'join';
    if (current && isMember && isDeepStrictEqual(current.pdu.content, content)) return current.eventId;
    if (type === 'm.room.canonical_alias') await checkAliases(writer, room, content, current?.pdu.content);
    const proposal = { type, sender: sender.userId, stateKey, content, atMs: rooms.clock.now() };
    // A redaction is one with a state key too.
    if (type === 'm.room.redaction') return redactEvent(rooms, draft, proposal, redactedIn(content));
    return (await appendEvent(rooms, draft, proposal)).eventId;
  });
}

/** Whoever is brought in through the state must be one whom this server can tell. */
async function checkMember(rooms: Rooms, stateKey: string, content: JsonObject): Promise<void> {
  const { membership } = content;
  if (membership !== 'invite' && membership !== 'join') return;
  if (isUserId(stateKey)) await requireProfile(rooms, stateKey);
}

/** "M_BAD_ALIAS": every alias that is new in the event must name this room. */
async function checkAliases(
  reader: RoomsReader,
  room: RoomId,
  content: JsonObject,
  before: JsonObject | undefined,
): Promise<void> {
  const known = new Set(before ? aliasesIn(before) : []);
  for (const alias of aliasesIn(content)) {
    if (known.has(alias)) continue;
    if (typeof alias !== 'string' || !isRoomAlias(alias)) {
      throw new ProtocolError('invalidParam', 'An alias in this event is none, such as #tea:example.org.');
    }
    if ((await reader.alias(alias))?.room !== room) {
      throw new ProtocolError(
        'badAlias',
        `${alias} on ${serverOf(alias)} does not name this room; create the alias first.`,
      );
    }
  }
}

function aliasesIn({ alias, alt_aliases: others }: JsonObject): unknown[] {
  return [
    ...(alias === undefined || alias === null || alias === '' ? [] : [alias]),
    ...(Array.isArray(others) ? others : others === undefined || others === null ? [] : [others]),
  ];
}
