// Room aliases: names for rooms. Client-Server API, "Room aliases".
import { isDeepStrictEqual } from 'node:util';
import type { AliasRecord } from '#databases/rooms/records';
import type { RoomDraft } from '#databases/rooms/room-draft';
import { appendEvent } from '#domain/rooms/append-event';
import { draftPower } from '#domain/rooms/room-power';
import type { Rooms, Sender } from '#domain/rooms/rooms';
import { membershipOf } from '#protocol/matrix/event';
import { type RoomAlias, type RoomId, serverOf } from '#protocol/matrix/identifiers';
import { requiredLevel, userLevel } from '#protocol/matrix/power-levels';
import { ProtocolError } from '#support/errors';
import { appendedBytesEstimate } from '#support/limits';

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

/**
 * Takes a name away: its creator may, and whoever may change the room's canonical alias. Where they may do that too, the
 * event that shows the alias is brought in line. Throws `notFound`, `forbidden`.
 */
export async function deleteAlias(rooms: Rooms, sender: Sender, alias: RoomAlias): Promise<void> {
  const { room } = await resolveAlias(rooms, alias);
  await rooms.lanes.submit(room, appendedBytesEstimate, async (draft, writer) => {
    const record = await writer.alias(alias);
    if (record?.room !== room) throw new ProtocolError('notFound', `No room is called ${alias}.`);
    const isShapedBySender = await mayChangeAliases(draft, sender);
    if (record.creator !== sender.userId && !isShapedBySender) {
      throw new ProtocolError(
        'forbidden',
        'Only its creator or a moderator of the room may delete this alias.',
      );
    }
    if (isShapedBySender) await withdrawAlias(rooms, draft, sender, alias);
    writer.removeAlias(alias, room);
  });
}

async function mayChangeAliases(draft: RoomDraft, { userId }: Sender): Promise<boolean> {
  const member = await draft.stateEvent('m.room.member', userId);
  if (membershipOf(member?.pdu) !== 'join') return false;
  const levels = await draftPower(draft);
  return userLevel(levels, userId) >= requiredLevel(levels, aliasEvent, true);
}

/** "Servers may choose to update the … `m.room.canonical_alias` state event in the room when an alias is removed." */
async function withdrawAlias(
  rooms: Rooms,
  draft: RoomDraft,
  { userId: sender }: Sender,
  gone: RoomAlias,
): Promise<void> {
  const shown = (await draft.stateEvent(aliasEvent, ''))?.pdu.content;
  if (!shown) return;
  const { alias, alt_aliases: others, ...rest } = shown;
  const kept = Array.isArray(others) ? others.filter((other) => other !== gone) : others;
  if (alias !== gone && isDeepStrictEqual(kept, others)) return;
  const content = {
    ...rest,
    ...(alias === undefined || alias === gone ? {} : { alias }),
    ...(kept === undefined ? {} : { alt_aliases: kept }),
  };
  await appendEvent(rooms, draft, {
    type: aliasEvent,
    sender,
    stateKey: '',
    content,
    atMs: rooms.clock.now(),
  });
}

const aliasEvent = 'm.room.canonical_alias';

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
