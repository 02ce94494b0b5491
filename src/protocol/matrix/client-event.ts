// Events as clients get them: the federation form without what only servers need, and with what the server knows about
// them. Client-Server API, "Room event format"; room version 11, "Moving the redacts property".
import type { Pdu } from '#protocol/matrix/event';
import type { EventId, RoomId, UserId } from '#protocol/matrix/identifiers';
import type { Integer } from '#protocol/matrix/integers';
import { type JsonObject, ownString } from '#protocol/matrix/json';
import type { RoomVersion } from '#protocol/matrix/room-versions';

export interface ClientEventWithoutRoomId {
  readonly event_id: EventId;
  readonly type: string;
  readonly sender: UserId;
  readonly origin_server_ts: Integer;
  readonly content: JsonObject;
  readonly state_key?: string;
  /** Of redactions, beside `content.redacts`: old clients look here, new ones there. */
  readonly redacts?: string;
  readonly unsigned?: Unsigned;
}

/** As everywhere but in `/sync`, where the room is known from where the event stands. */
export interface ClientEvent extends ClientEventWithoutRoomId {
  readonly room_id: RoomId;
}

/** What this server adds, for the one who asks. */
export interface Unsigned {
  /** Milliseconds since the event was sent. */
  readonly age?: number;
  /** Only for the device that sent the event. */
  readonly transaction_id?: string;
  /** The redaction, where the event is shown redacted. */
  readonly redacted_because?: ClientEventWithoutRoomId;
  /** Content of the state event that this one replaced, where the asker may see that. */
  readonly prev_content?: JsonObject;
  /** Id of the state event that this one replaced. */
  readonly replaces_state?: EventId;
  /** The asker's membership at the event, changes by the event included; `leave` where there was none. */
  readonly membership?: string;
}

/**
 * The client form of an event of a room whose id goes without saying. Where the room's version has a redaction name its
 * target is for redactions alone of interest; both places then tell clients what the one that counts does.
 */
export function toClientEventWithoutRoomId(
  eventId: EventId,
  pdu: Pdu,
  unsigned?: Unsigned,
  redactsIn: RoomVersion['redactsIn'] = 'content',
): ClientEventWithoutRoomId {
  const redacts = pdu.type === 'm.room.redaction' ? targetOf(pdu, redactsIn) : undefined;
  return {
    content: redacts === undefined || redactsIn === 'content' ? pdu.content : { ...pdu.content, redacts },
    event_id: eventId,
    origin_server_ts: pdu.origin_server_ts,
    ...(redacts === undefined ? {} : { redacts }),
    sender: pdu.sender,
    ...(pdu.state_key === undefined ? {} : { state_key: pdu.state_key }),
    type: pdu.type,
    ...(unsigned === undefined ? {} : { unsigned }),
  };
}

/** The client form of an event. `roomId` is given, since a create event may not carry it. */
export function toClientEvent(
  eventId: EventId,
  roomId: RoomId,
  pdu: Pdu,
  unsigned?: Unsigned,
  redactsIn?: RoomVersion['redactsIn'],
): ClientEvent {
  return { ...toClientEventWithoutRoomId(eventId, pdu, unsigned, redactsIn), room_id: roomId };
}

/** A string, whatever its sender wrote. */
function targetOf(pdu: Pdu, redactsIn: RoomVersion['redactsIn']): string | undefined {
  return ownString(redactsIn === 'content' ? pdu.content : (pdu as unknown as JsonObject), 'redacts');
}
