// Makes a room: its events, from the create event to the invites, in one transaction.
// Client-Server API, "POST /createRoom".

import type { RoomsWriter } from '#databases/rooms/rooms-writer';
import { appendEvent, type Proposal } from '#domain/rooms/append-event';
import { requireProfile } from '#domain/rooms/members';
import type { MemberProfile, Rooms, Sender } from '#domain/rooms/rooms';
import { buildEvent } from '#protocol/matrix/build-event';
import { type CreateRoomRequest, createRoomEvents } from '#protocol/matrix/create-room-events';
import { newRoomAlias, type RoomAlias, type RoomId, type UserId } from '#protocol/matrix/identifiers';
import { defaultRoomVersion, type RoomVersion, roomVersion } from '#protocol/matrix/room-versions';
import { ProtocolError } from '#support/errors';
import { createRoomInvitesMax, createRoomStateMax } from '#support/limits';
import { randomToken } from '#support/random';

export interface NewRoom extends CreateRoomRequest {
  readonly roomVersion?: string | undefined;
  /** The localpart of an alias to name the room by. */
  readonly aliasName?: string | undefined;
}

/**
 * Creates a room with the caller in it; answers its id. Throws `unsupportedRoomVersion`, `roomInUse` (the alias is
 * taken), `notFound` (an invited user has no account here), `invalidRoomState` (the rules refuse one of the events),
 * `invalidParam` (too many events or invited users for one transaction).
 */
export async function createRoom(rooms: Rooms, sender: Sender, request: NewRoom): Promise<RoomId> {
  const version = request.roomVersion === undefined ? defaultRoomVersion : roomVersion(request.roomVersion);
  const invited = request.invite ?? [];
  if (invited.length > createRoomInvitesMax) {
    throw new ProtocolError('invalidParam', `At most ${createRoomInvitesMax} users can be invited at once.`);
  }
  if ((request.initial_state?.length ?? 0) > createRoomStateMax) {
    const most = `At most ${createRoomStateMax} events of state can be given at once`;
    throw new ProtocolError('invalidParam', `${most}: send further ones when the room is there.`);
  }
  const alias =
    request.aliasName === undefined ? undefined : newRoomAlias(request.aliasName, rooms.signingKey.server);
  const profiles = await profilesOf(rooms, [sender.userId, ...invited]);
  const events = createRoomEvents(request, {
    version,
    creator: sender.userId,
    alias,
    profileOf: (user) => ({ ...profiles.get(user) }),
  });
  // A room that is named by its create event must differ from the one its creator made in the same millisecond.
  for (let atMs = rooms.clock.now(); ; atMs++) {
    const proposals = events.map(
      ({ type, state_key: stateKey, content }): Proposal => ({
        type,
        stateKey,
        content,
        sender: sender.userId,
        atMs,
      }),
    );
    const room = roomIdFor(rooms, version, proposals[0] as Proposal);
    const { value: isNew } = await rooms.database.write((writer) =>
      writeRoom(rooms, writer, { room, version, proposals, alias }),
    );
    if (isNew) return room;
  }
}

interface RoomToWrite {
  readonly room: RoomId;
  readonly version: RoomVersion;
  readonly proposals: readonly Proposal[];
  readonly alias: RoomAlias | undefined;
}

/** False where there is such a room already. */
async function writeRoom(
  rooms: Rooms,
  writer: RoomsWriter,
  { room, version, proposals, alias }: RoomToWrite,
): Promise<boolean> {
  const [{ sender: creator, atMs: createdAtMs }] = proposals as [Proposal];
  if (await writer.room(room)) return false;
  if (alias) {
    if (await writer.alias(alias)) throw new ProtocolError('roomInUse', `${alias} is taken.`);
    writer.setAlias(alias, { room, creator, servers: [rooms.signingKey.server] });
  }
  const draft = writer.newRoom(room, { version: version.id, creator, createdAtMs });
  for (const proposal of proposals) {
    try {
      await appendEvent(rooms, draft, proposal);
    } catch (error) {
      if (!(error instanceof ProtocolError) || error.kind !== 'forbidden') throw error;
      const what = `${proposal.type} (state key "${proposal.stateKey}")`;
      throw new ProtocolError('invalidRoomState', `The room would not allow ${what}: ${error.message}`);
    }
  }
  await draft.finish();
  return true;
}

/** Random, or from room version 12 on the create event's own hash. */
function roomIdFor(rooms: Rooms, version: RoomVersion, create: Proposal): RoomId {
  if (version.roomIdFormat === 'server-scoped') {
    return `!${randomToken(rooms.random, 18)}:${rooms.signingKey.server}` as RoomId;
  }
  const { type, sender, content, atMs } = create;
  const draft = {
    type,
    sender,
    content,
    state_key: '',
    origin_server_ts: atMs,
    depth: 1,
    prev_events: [],
    auth_events: [],
  };
  return buildEvent(draft, version, rooms.signingKey).roomId;
}

async function profilesOf(
  rooms: Rooms,
  users: readonly UserId[],
): Promise<ReadonlyMap<UserId, MemberProfile>> {
  const profiles = new Map<UserId, MemberProfile>();
  for (const user of users) {
    profiles.set(user, await requireProfile(rooms, user));
  }
  return profiles;
}
