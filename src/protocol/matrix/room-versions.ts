// What differs between room versions, as one table: a version is a row, and the rules read the row instead of the
// number. Each row says what its version changed. Room Version Specifications, v1 to v12.
import {
  type RedactionRules,
  redactionV1,
  redactionV6,
  redactionV8,
  redactionV9,
  redactionV11,
} from '#protocol/matrix/redaction-rules';
import { ProtocolError } from '#support/errors';

export interface RoomVersion {
  readonly id: string;
  /**
   * Where an event's id comes from: the server that made it chose it and wrote it into `event_id` (v1, v2), or it is the
   * reference hash in unpadded Base64 (v3), URL-safe from v4 on. With chosen ids, references carry the hash: see
   * `EventReference`.
   */
  readonly eventIds: 'chosen' | 'hash' | 'url-safe-hash';
  /** Where a room's id comes from: a random localpart on the creator's server, or the create event's reference hash. */
  readonly roomIdFormat: 'server-scoped' | 'create-event-hash';
  /** True where events must be canonical JSON (v6); before that, floats and integers of any size are to be accepted. */
  readonly strictJson: boolean;
  /** True where a key signs only events that were sent while it was valid (v5). */
  readonly keyValidity: boolean;
  /** Who counts as the room's creator: `content.creator` of the create event, or from v11 on its sender. */
  readonly creator: 'content' | 'sender';
  /** True when events list the create event among their `auth_events`; otherwise their room id implies it. */
  readonly createInAuthEvents: boolean;
  /** True when creators (the sender of the create event and `additional_creators`) have infinite power. */
  readonly privilegedCreators: boolean;
  /** True where `m.room.aliases` has an authorisation rule of its own (up to v5). */
  readonly aliasesRule: boolean;
  /** True where redactions are judged by the authorisation rules (v1, v2); later when they are applied. */
  readonly redactionRule: boolean;
  /** Where a redaction names its target: at the top level, or from v11 on in `content`. */
  readonly redactsIn: 'event' | 'content';
  /** True where changes of `notifications` in the power levels are judged (v6). */
  readonly notificationLevels: boolean;
  /** True where power levels are integers; before v10 they may be written as strings and floats. */
  readonly integerPowerLevels: boolean;
  /** Join rules and memberships that the version knows beyond `public` and `invite`. */
  readonly knocking: boolean;
  readonly restrictedJoins: boolean;
  readonly knockRestrictedJoins: boolean;
  /** Version of the state resolution algorithm. */
  readonly stateResolution: '1' | '2' | '2.1';
  readonly redaction: RedactionRules;
}

const v1: RoomVersion = {
  id: '1',
  eventIds: 'chosen',
  roomIdFormat: 'server-scoped',
  strictJson: false,
  keyValidity: false,
  creator: 'content',
  createInAuthEvents: true,
  privilegedCreators: false,
  aliasesRule: true,
  redactionRule: true,
  redactsIn: 'event',
  notificationLevels: false,
  integerPowerLevels: false,
  knocking: false,
  restrictedJoins: false,
  knockRestrictedJoins: false,
  stateResolution: '1',
  redaction: redactionV1,
};
const v2: RoomVersion = { ...v1, id: '2', stateResolution: '2' };
const v3: RoomVersion = { ...v2, id: '3', eventIds: 'hash', redactionRule: false };
const v4: RoomVersion = { ...v3, id: '4', eventIds: 'url-safe-hash' };
const v5: RoomVersion = { ...v4, id: '5', keyValidity: true };
const v6: RoomVersion = {
  ...v5,
  id: '6',
  strictJson: true,
  aliasesRule: false,
  notificationLevels: true,
  redaction: redactionV6,
};
const v7: RoomVersion = { ...v6, id: '7', knocking: true };
const v8: RoomVersion = { ...v7, id: '8', restrictedJoins: true, redaction: redactionV8 };
const v9: RoomVersion = { ...v8, id: '9', redaction: redactionV9 };
const v10: RoomVersion = { ...v9, id: '10', integerPowerLevels: true, knockRestrictedJoins: true };
const v11: RoomVersion = {
  ...v10,
  id: '11',
  creator: 'sender',
  redactsIn: 'content',
  redaction: redactionV11,
};
const v12: RoomVersion = {
  ...v11,
  id: '12',
  roomIdFormat: 'create-event-hash',
  createInAuthEvents: false,
  privilegedCreators: true,
  stateResolution: '2.1',
};

const rows = [v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12];

/** The supported versions by their id. */
export const roomVersions: ReadonlyMap<string, RoomVersion> = new Map(rows.map((row) => [row.id, row]));

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
