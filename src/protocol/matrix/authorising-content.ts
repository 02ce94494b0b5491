// What the authorisation rules read of an event's content and a redaction takes away. An event that has authorised others
// goes on doing so as it was when it was judged: otherwise what a room's state resolves to would depend on when each
// server learns of a redaction. Room version pages, "Authorization rules" and "Redactions".
import type { Pdu } from '#protocol/matrix/event';
import { isJsonObject, type JsonObject, type JsonValue, own } from '#protocol/matrix/json';
import { redactContent } from '#protocol/matrix/redaction';
import type { RoomVersion } from '#protocol/matrix/room-versions';

/** By event type, the keys of the content that the rules of some version read. */
const keysRead: ReadonlyMap<string, readonly string[]> = new Map([
  ['m.room.create', ['creator', 'additional_creators', 'm.federate', 'room_version']],
  ['m.room.member', ['membership', 'join_authorised_via_users_server', 'third_party_invite']],
  ['m.room.join_rules', ['join_rule']],
  ['m.room.third_party_invite', ['public_key', 'public_keys']],
  [
    'm.room.power_levels',
    [
      'ban',
      'events',
      'events_default',
      'invite',
      'kick',
      'notifications',
      'redact',
      'state_default',
      'users',
      'users_default',
    ],
  ],
]);

/** The keys of the content that the rules read and the redacted event lacks; undefined where there are none. */
export function lostToRedaction(
  { type, state_key: stateKey, content }: Pick<Pdu, 'type' | 'state_key' | 'content'>,
  version: RoomVersion,
): JsonObject | undefined {
  if (stateKey === undefined) return undefined;
  const left = redactContent(type, content, version);
  const lost: Record<string, JsonValue> = {};
  for (const key of keysRead.get(type) ?? []) {
    const value = own(content, key);
    // Of a third-party invite the rules read the signed part, which from version 11 on is left.
    const read = key === 'third_party_invite' ? signedPart(value) : value;
    if (read !== undefined && JSON.stringify(read) !== JSON.stringify(own(left, key))) lost[key] = read;
  }
  return Object.keys(lost).length > 0 ? lost : undefined;
}

function signedPart(invite: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(invite)) return invite;
  const signed = own(invite, 'signed');
  return signed === undefined ? {} : { signed };
}
