// Every table of the accounts database: what a row says, its key and its value. Everything that belongs to a person
// lies under their whole user id, so that the same tables can hold what we learn of people elsewhere.
import type {
  AccountRecord,
  DeviceRecord,
  DeviceSeenRecord,
  InteractiveSessionRecord,
  ProfileRecord,
  RegistrationTokenRecord,
  TokenRecord,
} from '#databases/accounts/records';
import type { UserId } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import { json, nothing, utf8 } from '#store/codecs';
import { bytes, declareTable, integer, text } from '#store/keyspace';
import { declareSlotStream } from '#store/stream';

const user = text<UserId>('user');

/** A person's account data; slots are named in account-data.ts. */
export const accountDataStream = declareSlotStream<JsonObject>(
  'd',
  'Account data of a user, global and per room, by the position of its last change',
  user,
);

export const accountsDeclarations = {
  accounts: declareTable('a', 'An account of this server', [user], json<AccountRecord>()),
  passwords: declareTable('w', "The argon2id hash of an account's password, as a PHC string", [user], utf8),
  devices: declareTable(
    'v',
    'A device of a user and its access token',
    [user, text('device')],
    json<DeviceRecord>(),
  ),
  devicesSeen: declareTable(
    'n',
    'When and from where a device was last seen, to within some minutes',
    [user, text('device')],
    json<DeviceSeenRecord>(),
  ),
  tokens: declareTable(
    't',
    'Whom an access token belongs to, by the SHA-256 of the token',
    [bytes('sha256')],
    json<TokenRecord>(),
  ),
  registrationTokens: declareTable(
    'r',
    'A token that lets people register, and how often it has been used',
    [text('token')],
    json<RegistrationTokenRecord>(),
  ),
  interactiveSessions: declareTable(
    'i',
    'Stages that a client has completed in user-interactive authentication, by the minute in which they lapse',
    [integer('minute'), text('session')],
    json<InteractiveSessionRecord>(),
  ),
  profiles: declareTable(
    'p',
    'The profile of a user: every field under its name',
    [user],
    json<ProfileRecord>(),
  ),
  filters: declareTable(
    'f',
    'A filter of a user, by a digest of what it says',
    [user, text('filter')],
    json<JsonObject>(),
  ),
  accountData: accountDataStream.entries,
  accountDataSlots: accountDataStream.slots,
  intents: declareTable(
    'e',
    'A change to an account whose effects in other databases are not yet known to be complete',
    [text<Intent>('change'), user],
    nothing,
  ),
};

/** A change whose effects lie outside this database: the actor, the memberships, the rooms and relations to leave. */
export type Intent = 'created' | 'profileChanged' | 'deactivated';
