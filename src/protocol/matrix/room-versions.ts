// What differs between room versions, as one table: a version is a row, and the rules read the row instead of the
// number. Older versions are further rows. Room Version Specifications; v11 and v12.
import type { ContentRule, RedactionRules } from '#protocol/matrix/redaction';
import { ProtocolError } from '#support/errors';

export interface RoomVersion {
  readonly id: string;
  /** Where a room's id comes from: a random localpart on the creator's server, or the create event's reference hash. */
  readonly roomIdFormat: 'server-scoped' | 'create-event-hash';
  /** True when events list the create event among their `auth_events`; otherwise their room id implies it. */
  readonly createInAuthEvents: boolean;
  /** True when creators (the sender of the create event and `additional_creators`) have infinite power. */
  readonly privilegedCreators: boolean;
  /** Version of the state resolution algorithm. */
  readonly stateResolution: '2' | '2.1';
  readonly redaction: RedactionRules;
}

const v11: RoomVersion = {
  id: '11',
  roomIdFormat: 'server-scoped',
  createInAuthEvents: true,
  privilegedCreators: false,
  stateResolution: '2',
  redaction: {
    eventKeys: [
      'event_id',
      'type',
      'room_id',
      'sender',
      'state_key',
      'content',
      'hashes',
      'signatures',
      'depth',
      'prev_events',
      'auth_events',
      'origin_server_ts',
    ],
    contentKeys: new Map<string, ContentRule>([
      [
        'm.room.member',
        ['membership', 'join_authorised_via_users_server', { key: 'third_party_invite', keeps: ['signed'] }],
      ],
      ['m.room.create', 'everything'],
      ['m.room.join_rules', ['join_rule', 'allow']],
      [
        'm.room.power_levels',
        [
          'ban',
          'events',
          'events_default',
          'invite',
          'kick',
          'redact',
          'state_default',
          'users',
          'users_default',
        ],
      ],
      ['m.room.history_visibility', ['history_visibility']],
      ['m.room.redaction', ['redacts']],
    ]),
  },
};

const v12: RoomVersion = {
  ...v11,
  id: '12',
  roomIdFormat: 'create-event-hash',
  createInAuthEvents: false,
  privilegedCreators: true,
  stateResolution: '2.1',
};

/** The supported versions by their id. */
export const roomVersions: ReadonlyMap<string, RoomVersion> = new Map([v11, v12].map((row) => [row.id, row]));

/** What rooms are made as when nobody asks for another version (`m.room_versions` capability). */
export const defaultRoomVersion = v12;

/** Throws `unsupportedRoomVersion` for a version without a row. */
export function roomVersion(id: string): RoomVersion {
  const version = roomVersions.get(id);
  if (version !== undefined) return version;
  const known = [...roomVersions.keys()].join(', ');
  throw new ProtocolError(
    'unsupportedRoomVersion',
    `Room version "${id.slice(0, 32)}" is not among ${known}.`,
  );
}
