// The key that speaks for an actor, or for the whole server, in requests to others.
import type { KeyObject } from 'node:crypto';
import type { SignGet } from '#network/follow-redirects';
import { signRequest } from '#protocol/activitypub/http-signatures';
import type { Uri } from '#protocol/activitypub/uris';
import type { Clock } from '#support/clock';

export interface SigningKey {
  readonly id: Uri;
  readonly privateKey: KeyObject;
}

/** Signs each GET that a fetch makes, anew for every redirect. */
export function signGetWith(key: SigningKey, clock: Clock): SignGet {
  return (url) =>
    signRequest({
      method: 'GET',
      target: url.pathname + url.search,
      authority: url.host,
      date: clock.now(),
      keyId: key.id,
      privateKey: key.privateKey,
    });
}
