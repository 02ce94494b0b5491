// What somebody outside a room is shown of it, so as to know what they are invited to. Client-Server API, "Stripped
// state".
import type { Pdu } from '#protocol/matrix/event';
import { isUserId, type UserId } from '#protocol/matrix/identifiers';
import { isJsonObject, type JsonObject, ownObject, ownString } from '#protocol/matrix/json';

export interface StrippedStateEvent {
  readonly sender: UserId;
  readonly type: string;
  readonly state_key: string;
  readonly content: JsonObject;
}

/** Types of the state events (with an empty state key) that describe a room to an outsider, the most telling first. */
export const strippedStateTypes = [
  'm.room.create',
  'm.room.join_rules',
  'm.room.encryption',
  'm.room.name',
  'm.room.canonical_alias',
  'm.room.avatar',
  'm.room.topic',
] as const;

/** The stripped form of a state event. */
export function toStrippedState(
  event: Pick<Pdu, 'sender' | 'type' | 'state_key' | 'content'>,
): StrippedStateEvent {
  const { sender, type, content } = event;
  return { sender, type, state_key: event.state_key ?? '', content };
}

/**
 * The stripped form of what another server calls stripped state, which may be full events, hold more keys or be no
 * state at all: it is cut to the schema, and what does not fit that is left out.
 */
export function pruneStrippedState(events: unknown): StrippedStateEvent[] {
  if (!Array.isArray(events)) return [];
  return events.flatMap((event) => {
    if (!isJsonObject(event)) return [];
    const sender = ownString(event, 'sender');
    const type = ownString(event, 'type');
    const stateKey = ownString(event, 'state_key');
    const content = ownObject(event, 'content');
    if (sender === undefined || !isUserId(sender) || type === undefined) return [];
    if (stateKey === undefined || content === undefined) return [];
    return [{ sender, type, state_key: stateKey, content }];
  });
}
