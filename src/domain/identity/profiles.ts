// Profiles: display name, avatar and further fields. Client-Server API, "Profiles"; Appendices, "Common Namespaced
// Identifier Grammar".
import { isDeepStrictEqual } from 'node:util';
import { carryOut } from '#domain/identity/account-effects';
import type { Identity } from '#domain/identity/identity';
import { isLocal } from '#domain/identity/user-names';
import type { UserId } from '#protocol/matrix/identifiers';
import { type JsonObject, type JsonValue, own } from '#protocol/matrix/json';
import { isMxcUri } from '#protocol/matrix/mxc-uri';
import { ProtocolError } from '#support/errors';
import {
  avatarUrlCharactersMax,
  displayNameCharactersMax,
  profileBytesMax,
  profileFieldNameBytesMax,
} from '#support/limits';

/** The fields that room members carry, so that changes to them are told to rooms. */
const fieldsOfMembers = ['displayname', 'avatar_url'];

/** The whole profile; undefined when nobody of this id has an account here, or no longer. */
export async function findProfile(identity: Identity, userId: UserId): Promise<JsonObject | undefined> {
  if (!isLocal(identity, userId)) return undefined;
  return identity.accounts.read(async (reader) => {
    const account = await reader.account(userId);
    if (!account || account.deactivatedAt !== undefined) return undefined;
    return (await reader.profile(userId)) ?? {};
  });
}

/** The whole profile. @throws ProtocolError notFound when there is no such user here */
export async function getProfile(identity: Identity, userId: UserId): Promise<JsonObject> {
  const profile = await findProfile(identity, userId);
  if (!profile) throw new ProtocolError('notFound', 'There is no profile of this user here.');
  return profile;
}

/** One field. @throws ProtocolError notFound when there is no such user here, or the field is not set */
export async function getProfileField(identity: Identity, userId: UserId, field: string): Promise<JsonValue> {
  const value = own(await getProfile(identity, userId), field);
  if (value === undefined)
    throw new ProtocolError('notFound', `This user has not set "${field.slice(0, 64)}".`);
  return value;
}

/** What a change to a profile came to. */
export interface ProfileChange {
  readonly changed: boolean;
  readonly profile: JsonObject;
}

/**
 * Sets a field, or removes it where `value` is undefined; an empty display name or avatar is none. Rooms are told of a
 * new display name or avatar before this resolves.
 * @throws ProtocolError keyTooLarge, invalidParam for the field's name; badJson or invalidParam for its value;
 *   profileTooLarge
 */
export async function setProfileField(
  identity: Identity,
  userId: UserId,
  field: string,
  value: JsonValue | undefined,
): Promise<ProfileChange> {
  checkFieldName(field);
  const kept = value === undefined ? undefined : checkFieldValue(field, value);
  const isTold = fieldsOfMembers.includes(field);
  // Run again after a commit of unknown outcome it would find nothing changed, and nobody would be told.
  const { value: change } = await identity.accounts.write(async (writer): Promise<ProfileChange> => {
    const before = (await writer.profile(userId)) ?? {};
    const { [field]: previous, ...others } = before;
    if (isDeepStrictEqual(previous, kept)) return { changed: false, profile: before };
    const profile: JsonObject = kept === undefined ? others : { ...others, [field]: kept };
    checkProfileSize(profile);
    writer.setProfile(userId, profile);
    if (isTold) writer.addIntent('profileChanged', userId);
    return { changed: true, profile };
  });
  if (change.changed && isTold) await carryOut(identity, { change: 'profileChanged', userId });
  return change;
}

function checkFieldName(field: string): void {
  if (Buffer.byteLength(field) > profileFieldNameBytesMax) {
    const most = `at most ${profileFieldNameBytesMax} bytes`;
    throw new ProtocolError('keyTooLarge', `The name of a profile's field has ${most}.`);
  }
  if (!/^[a-z][a-z0-9._-]*$/.test(field)) {
    const what = 'begins with a-z and consists of a-z, 0-9 and the characters . _ -';
    throw new ProtocolError('invalidParam', `The name of a profile's field ${what}.`);
  }
}

/** The value that is to be stored; undefined where it means that the field is to be removed. */
function checkFieldValue(field: string, value: JsonValue): JsonValue | undefined {
  if (field !== 'displayname' && field !== 'avatar_url' && field !== 'm.tz') return value;
  if (typeof value !== 'string') throw new ProtocolError('badJson', `The field "${field}" must be a string.`);
  if (field === 'm.tz') return value;
  if (value === '') return undefined;
  const charactersMax = field === 'displayname' ? displayNameCharactersMax : avatarUrlCharactersMax;
  if (value.length > charactersMax) {
    throw new ProtocolError('invalidParam', `The field "${field}" has at most ${charactersMax} characters.`);
  }
  if (field === 'avatar_url' && !isMxcUri(value)) {
    throw new ProtocolError('invalidParam', 'The field "avatar_url" must be an mxc:// URI.');
  }
  return value;
}

function checkProfileSize(profile: JsonObject): void {
  if (Buffer.byteLength(JSON.stringify(profile)) <= profileBytesMax) return;
  throw new ProtocolError('profileTooLarge', `A whole profile has at most ${profileBytesMax} bytes.`);
}
