import { expect, test } from 'vitest';
import { createRoom } from '#domain/rooms/create-room';
import { leaveAllRooms, spreadProfile } from '#domain/rooms/follow-account';
import { inviteUser, joinRoom } from '#domain/rooms/membership';
import type { Rooms } from '#domain/rooms/rooms';
import type { RoomId } from '#protocol/matrix/identifiers';
import { alice, bob, openRooms } from '#test/fixtures/rooms';

const member = (rooms: Rooms, room: RoomId) =>
  rooms.database.read((reader) => reader.stateEvent(room, 'm.room.member', bob.userId));

test('a new profile is told to every room once', async () => {
  const rooms = await openRooms();
  const joined = await createRoom(rooms, alice, { preset: 'public_chat' });
  const invited = await createRoom(rooms, alice, { invite: [bob.userId] });
  await joinRoom(rooms, bob, joined);
  await spreadProfile(rooms, bob.userId, { displayname: 'Bobby', avatar_url: 'mxc://test/x' });
  const event = await member(rooms, joined);
  expect(event?.pdu.content).toEqual({
    membership: 'join',
    displayname: 'Bobby',
    avatar_url: 'mxc://test/x',
  });
  await spreadProfile(rooms, bob.userId, { displayname: 'Bobby', avatar_url: 'mxc://test/x' });
  expect((await member(rooms, joined))?.eventId).toBe(event?.eventId);
  expect((await member(rooms, invited))?.pdu.content).toMatchObject({
    membership: 'invite',
    displayname: 'bob',
  });
  await spreadProfile(rooms, bob.userId, {});
  expect((await member(rooms, joined))?.pdu.content).toEqual({ membership: 'join' });
});

test('a deactivated account leaves rooms and declines invites', async () => {
  const rooms = await openRooms();
  const joined = await createRoom(rooms, alice, { preset: 'public_chat' });
  const invited = await createRoom(rooms, alice, {});
  await joinRoom(rooms, bob, joined);
  await inviteUser(rooms, alice, invited, bob.userId);
  await leaveAllRooms(rooms, bob.userId);
  await leaveAllRooms(rooms, bob.userId);
  for (const room of [joined, invited])
    expect((await member(rooms, room))?.pdu.content.membership).toBe('leave');
});
