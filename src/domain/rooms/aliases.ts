// Room aliases: names for rooms. Client-Server API, "Room aliases".

import type { AliasRecord } from '#databases/rooms/records';
import type { RoomsReader } from '#databases/rooms/rooms-reader';
import { roomPower } from '#domain/rooms/room-power';
import type { Rooms, Sender } from '#domain/rooms/rooms';
import { type RoomAlias, type RoomId, serverOf } from '#protocol/matrix/identifiers';
import { requiredLevel, userLevel } from '#protocol/matrix/power-levels';
import { ProtocolError } from '#support/errors';

/** The room that an alias of this server names. Throws `notFound`. */
export async function resolveAlias(rooms: Rooms, alias: RoomAlias): Promise<AliasRecord> {
  const record = await rooms.database.read((reader) => reader.alias(alias));
  if (!record) throw new ProtocolError('notFound', `No room is called ${alias}.`);
  return record;
}

/** Throws `invalidParam` for an alias of another server. */
export function checkOwnAlias(rooms: Rooms, alias: RoomAlias): void {
  if (serverOf(alias) !== rooms.signingKey.server) {
    throw new ProtocolError('invalidParam', `Aliases made here end in :${rooms.signingKey.server}.`);
  }
}

/** Names a room that the user is in. Throws `aliasInUse` where the name is taken. */
export async function createAlias(
  rooms: Rooms,
  sender: Sender,
  alias: RoomAlias,
  room: RoomId,
): Promise<void> {
  checkOwnAlias(rooms, alias);
  await rooms.database.write(async (writer) => {
    if (!(await writer.room(room))) throw new ProtocolError('notFound', 'This server knows no such room.');
    if (!(await writer.isMember(room, 'join', sender.userId))) {
      throw new ProtocolError('forbidden', 'Only members of a room may give it a name.');
    }
    if (await writer.alias(alias)) throw new ProtocolError('aliasInUse', `${alias} is taken.`);
    writer.setAlias(alias, { room, creator: sender.userId, servers: [rooms.signingKey.server] });
  });
}

/** Takes a name away: its creator may, and whoever may change the room's canonical alias. */
export async function deleteAlias(rooms: Rooms, sender: Sender, alias: RoomAlias): Promise<void> {
  await rooms.database.write(async (writer) => {
    const record = await writer.alias(alias);
    if (!record) throw new ProtocolError('notFound', `No room is called ${alias}.`);
    if (record.creator !== sender.userId && !(await mayChangeAliases(writer, record.room, sender))) {
      throw new ProtocolError(
        'forbidden',
        'Only its creator or a moderator of the room may delete this alias.',
      );
    }
    writer.removeAlias(alias, record.room);
  });
}

async function mayChangeAliases(reader: RoomsReader, room: RoomId, sender: Sender): Promise<boolean> {
  const levels = await roomPower(reader, room);
  if (!levels || !(await reader.isMember(room, 'join', sender.userId))) return false;
  return userLevel(levels, sender.userId) >= requiredLevel(levels, 'm.room.canonical_alias', true);
}

/** The names of a room, for its members and, where its history is world-readable, for everybody. */
export async function listAliases(rooms: Rooms, sender: Sender, room: RoomId): Promise<RoomAlias[]> {
  return rooms.database.read(async (reader) => {
    if (!(await reader.isMember(room, 'join', sender.userId))) {
      const visibility = await reader.stateEvent(room, 'm.room.history_visibility', '');
      if (visibility?.pdu.content.history_visibility !== 'world_readable') {
        throw new ProtocolError('forbidden', 'You are not in this room.');
      }
    }
    return reader.aliasesOf(room);
  });
}
