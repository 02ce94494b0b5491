// What clients and outsiders get of an event. Client-Server API, "Room event format" and "Stripped state".
import { describe, expect, it } from 'vitest';
import { toClientEvent, toClientEventWithoutRoomId } from '#protocol/matrix/client-event';
import type { Pdu } from '#protocol/matrix/event';
import type { EventId, RoomId, UserId } from '#protocol/matrix/identifiers';
import { redact } from '#protocol/matrix/redaction';
import { roomVersion } from '#protocol/matrix/room-versions';
import { pruneStrippedState, toStrippedState } from '#protocol/matrix/stripped-state';

const eventId = '$event' as EventId;
const roomId = '!room' as RoomId;
const pdu: Pdu = {
  type: 'm.room.topic',
  room_id: roomId,
  sender: '@alice:a.org' as UserId,
  state_key: '',
  content: { topic: 'Tea' },
  origin_server_ts: 5,
  depth: 2,
  prev_events: [],
  auth_events: [],
  hashes: { sha256: 'x' },
  signatures: {},
  unsigned: { age_ts: 1 },
};
const client = {
  type: 'm.room.topic',
  event_id: eventId,
  sender: '@alice:a.org',
  state_key: '',
  content: { topic: 'Tea' },
  origin_server_ts: 5,
};

describe('the client form', () => {
  it('holds what clients need and nothing of what servers need', () => {
    expect(toClientEventWithoutRoomId(eventId, pdu)).toEqual(client);
    expect(toClientEvent(eventId, roomId, pdu)).toEqual({ ...client, room_id: roomId });
  });

  it('has a state key if and only if the event is a state event', () => {
    const { state_key: _, ...message } = pdu;
    expect(toClientEventWithoutRoomId(eventId, message)).not.toHaveProperty('state_key');
  });

  it('has the room id also where the event has none', () => {
    const { room_id: _, ...create } = pdu;
    expect(toClientEvent(eventId, roomId, create).room_id).toBe(roomId);
  });

  it('holds of unsigned data what this server says', () => {
    const unsigned = { age: 7, transaction_id: 't', membership: 'join' };
    expect(toClientEvent(eventId, roomId, pdu, unsigned).unsigned).toEqual(unsigned);
  });

  it('names what a redaction redacts at the top too', () => {
    const redaction: Pdu = { ...pdu, type: 'm.room.redaction', content: { redacts: '$x', reason: 'spam' } };
    expect(toClientEventWithoutRoomId(eventId, redaction)).toMatchObject({
      redacts: '$x',
      content: { redacts: '$x' },
    });
    const odd: Pdu = { ...redaction, content: { redacts: 1 } };
    expect(toClientEventWithoutRoomId(eventId, odd)).not.toHaveProperty('redacts');
    expect(toClientEventWithoutRoomId(eventId, { ...pdu, content: { redacts: '$x' } })).not.toHaveProperty(
      'redacts',
    );
  });

  it('names it in both places from the one that counts in the version', () => {
    const redaction: Pdu = { ...pdu, type: 'm.room.redaction', content: { redacts: '$x' } };
    const both = { ...redaction, redacts: '$y' as EventId };
    const shown = (event: Pdu, redactsIn: 'event' | 'content') => {
      const { redacts, content } = toClientEvent(eventId, roomId, event, undefined, redactsIn);
      return [redacts, content.redacts];
    };
    expect(shown(both, 'event')).toEqual(['$y', '$y']);
    expect(shown(both, 'content')).toEqual(['$x', '$x']);
    expect(shown({ ...both, content: { reason: 'spam' } }, 'event')).toEqual(['$y', '$y']);
    expect(shown(redaction, 'event')).toEqual([undefined, '$x']);
    expect(shown({ ...both, content: {} }, 'content')).toEqual([undefined, undefined]);
    expect(both.content).toEqual({ redacts: '$x' });
    const { redacts, content } = toClientEventWithoutRoomId(eventId, { ...both, type: 'x' }, {}, 'event');
    expect([redacts, content]).toEqual([undefined, { redacts: '$x' }]);
  });

  it('shows a redacted event with the reason why', () => {
    const redacted_because = toClientEventWithoutRoomId('$r' as EventId, {
      ...pdu,
      type: 'm.room.redaction',
    });
    const shown = toClientEvent(eventId, roomId, redact(pdu, roomVersion('12')), { redacted_because });
    expect(shown).toEqual({ ...client, content: {}, room_id: roomId, unsigned: { redacted_because } });
  });
});

describe('stripped state', () => {
  const stripped = { type: 'm.room.topic', sender: '@alice:a.org', state_key: '', content: { topic: 'Tea' } };

  it('is what the schema names', () => {
    expect(toStrippedState(pdu)).toEqual(stripped);
  });

  it('of other servers is cut to the schema', () => {
    expect(pruneStrippedState([pdu, { ...stripped, more: 1 }])).toEqual([stripped, stripped]);
    const broken = Object.keys(stripped).flatMap((key) => [
      { ...stripped, [key]: 1 },
      { ...stripped, [key]: undefined },
    ]);
    expect(pruneStrippedState([...broken, null, [], 'x', { ...stripped, sender: 'alice' }])).toEqual([]);
    for (const events of [undefined, null, {}, 'x']) expect(pruneStrippedState(events)).toEqual([]);
  });
});
