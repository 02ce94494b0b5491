// How a request names the person who signs in. Client-Server API, "Identifier types"; before them there was a plain
// `user`, which clients still send.
import { type JsonObject, own, ownObject, ownString } from '#protocol/matrix/json';
import { ProtocolError } from '#support/errors';

/**
 * The local part or user id in `identifier`, or in `user` where that is missing.
 * @throws ProtocolError missingParam, unknown for types that the specification does not have; forbidden for third-party
 *   identifiers, none of which are known here
 */
export function userOfIdentifier(request: JsonObject): string {
  if (own(request, 'identifier') === undefined) {
    const user = ownString(request, 'user');
    if (user === undefined) throw new ProtocolError('missingParam', 'The field "identifier" is required.');
    return user;
  }
  const identifier = ownObject(request, 'identifier');
  if (!identifier) throw new ProtocolError('badJson', 'The field "identifier" must be an object.');
  const type = ownString(identifier, 'type');
  if (type === 'm.id.user') {
    const user = ownString(identifier, 'user');
    if (user === undefined)
      throw new ProtocolError('missingParam', 'The field "identifier.user" is required.');
    return user;
  }
  if (type === 'm.id.thirdparty' || type === 'm.id.phone') {
    throw new ProtocolError('forbidden', 'Nobody is known here by this third-party identifier.');
  }
  if (type === undefined) throw new ProtocolError('missingParam', 'The field "identifier.type" is required.');
  throw new ProtocolError('unknown', `"${type.slice(0, 64)}" is not a known type of identifier.`);
}
