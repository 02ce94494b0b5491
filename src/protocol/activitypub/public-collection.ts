// The special collection "Public" (ActivityPub section 5.6), whose name comes in three spellings.
import type { Uri } from '#protocol/activitypub/uris';

export const publicCollection = 'https://www.w3.org/ns/activitystreams#Public' as Uri;

export function isPublicCollection(text: unknown): boolean {
  return text === publicCollection || text === 'as:Public' || text === 'Public';
}
