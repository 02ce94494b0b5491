// How people name a post of their own: by its URI, by its page, or by the last part of either.
import { parsePostUri } from '#domain/social/find-note';
import type { Social } from '#domain/social/social';
import { parseLocalUri } from '#protocol/activitypub/actor-uris';
import { normaliseUri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';

/** @throws ProtocolError notFound for the URI of anything but a post of this account */
export function ownPostId(social: Pick<Social, 'origin'>, name: string, text: string): string {
  if (normaliseUri(text) === undefined) return text;
  const local = parseLocalUri(social.origin, parsePostUri(social, text));
  if (local?.kind !== 'post' || local.name !== name) throw noSuchPost(name, text);
  return local.id;
}

export function noSuchPost(name: string, text: string): ProtocolError {
  return new ProtocolError('notFound', `${name} has no post ${text.slice(0, 256)}, or has deleted it.`);
}
