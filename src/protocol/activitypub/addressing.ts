// Who an object is for (ActivityPub sections 5.6, 6.2 and 7.1.1): the four visibilities that people know, as addressing
// properties and back, and the recipients that delivery starts from.
import { isObject, type JsonObject } from '#protocol/activitypub/json-document';
import { publicCollection } from '#protocol/activitypub/public-collection';
import { type Addressing, readAddressing } from '#protocol/activitypub/reading';
import type { Uri } from '#protocol/activitypub/uris';

export type Visibility = 'public' | 'unlisted' | 'followers' | 'direct';

/** `to` names the Public collection: public; `cc` does: unlisted; else by whether the author's followers are named. */
export function visibilityOf(
  { to, cc }: Pick<Addressing, 'to' | 'cc'>,
  followers: Uri | undefined,
): Visibility {
  if (to.includes(publicCollection)) return 'public';
  if (cc.includes(publicCollection)) return 'unlisted';
  const named = followers !== undefined && (to.includes(followers) || cc.includes(followers));
  return named ? 'followers' : 'direct';
}

/** The `to` and `cc` of an own object. Those who are mentioned are named in every visibility. */
export function addressingFor(
  visibility: Visibility,
  followers: Uri,
  mentioned: readonly Uri[],
): { readonly to: readonly Uri[]; readonly cc: readonly Uri[] } {
  switch (visibility) {
    case 'public':
      return { to: [publicCollection], cc: [followers, ...mentioned] };
    case 'unlisted':
      return { to: [followers], cc: [publicCollection, ...mentioned] };
    case 'followers':
      return { to: [followers], cc: mentioned };
    case 'direct':
      return { to: mentioned, cc: [] };
  }
}

/** Everybody and every collection that an object names, each once, without the Public collection and without `self`. */
export function recipientsOf(object: JsonObject, self: Uri): Uri[] {
  const all = new Set<Uri>(Object.values(readAddressing(object)).flat());
  all.delete(publicCollection);
  all.delete(self);
  return [...all];
}

/** The object as it may be shown and sent: `bto` and `bcc` are for delivery alone (section 6). */
export function withoutBlindRecipients(object: JsonObject): JsonObject {
  const { bto: _bto, bcc: _bcc, ...shown } = object;
  const embedded = shown.object;
  return isObject(embedded) ? { ...shown, object: withoutBlindRecipients(embedded) } : shown;
}
