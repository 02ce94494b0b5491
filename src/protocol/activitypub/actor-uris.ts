// Our own URIs: how an actor, its collections, its posts and its activities are called, and how a URI that comes back to
// us is read again. Nothing else builds or takes apart these paths.
import { foldHashtag } from '#protocol/activitypub/hashtags';
import { normaliseUri, type Origin, originOf, type Uri } from '#protocol/activitypub/uris';

export type ActorCollection = 'inbox' | 'outbox' | 'followers' | 'following';

/** What a URI of ours names. */
export type LocalUri =
  | { readonly kind: 'actor' | 'key' | 'icon' | ActorCollection; readonly name: string }
  | { readonly kind: 'post' | 'activity'; readonly name: string; readonly id: string }
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'sharedInbox' };

export function actorUri(origin: Origin, name: string): Uri {
  return `${origin}/users/${encodeURIComponent(name)}` as Uri;
}

export function mainKeyUri(actor: Uri): Uri {
  return `${actor}#main-key` as Uri;
}

export function ed25519KeyUri(actor: Uri): Uri {
  return `${actor}#ed25519-key` as Uri;
}

export function collectionUri(actor: Uri, collection: ActorCollection): Uri {
  return `${actor}/${collection}` as Uri;
}

export function sharedInboxUri(origin: Origin): Uri {
  return `${origin}/inbox` as Uri;
}

export function postUri(actor: Uri, id: string): Uri {
  return `${actor}/posts/${encodeURIComponent(id)}` as Uri;
}

/** How many like a post, and how many boost it (ActivityPub sections 5.7 and 5.8). */
export function reactionsUri(post: Uri, reactions: 'likes' | 'shares'): Uri {
  return `${post}/${reactions}` as Uri;
}

export function activityUri(actor: Uri, id: string): Uri {
  return `${actor}/activities/${encodeURIComponent(id)}` as Uri;
}

/** The page for people; names as in `@alice`. */
export function profileUri(origin: Origin, name: string): Uri {
  return `${origin}/@${encodeURIComponent(name)}` as Uri;
}

/** Where the picture of an actor lies. `changedAt` (any number) sets apart the pictures that others have kept. */
export function iconUri(actor: Uri, changedAt?: number): Uri {
  return `${actor}/icon${changedAt === undefined ? '' : `?at=${changedAt}`}` as Uri;
}

/** The page of a hashtag, the same for all its spellings, with the sign or without. */
export function tagUri(origin: Origin, hashtag: string): Uri {
  return `${origin}/tags/${encodeURIComponent(foldHashtag(hashtag))}` as Uri;
}

/** Reads a URI of ours; undefined for those of others and for what names nothing. Queries are left out of account. */
export function parseLocalUri(origin: Origin, text: string): LocalUri | undefined {
  const uri = normaliseUri(text);
  if (uri === undefined || originOf(uri) !== origin) return undefined;
  const { pathname, hash } = new URL(uri);
  if (pathname === '/inbox') return hash === '' ? { kind: 'sharedInbox' } : undefined;
  const [root, users, encodedName, part, encodedId, ...rest] = pathname.split('/');
  const name = decode(encodedName);
  if (users === 'tags' && name && part === undefined && hash === '') return { kind: 'tag', tag: name };
  if (root !== '' || users !== 'users' || !name || rest.length > 0) return undefined;
  if (part === undefined) {
    if (hash === '') return { kind: 'actor', name };
    return hash === '#main-key' || hash === '#ed25519-key' ? { kind: 'key', name } : undefined;
  }
  if (hash !== '') return undefined;
  if (encodedId === undefined) {
    return isCollection(part) || part === 'icon' ? { kind: part, name } : undefined;
  }
  const id = decode(encodedId);
  if (!id || (part !== 'posts' && part !== 'activities')) return undefined;
  return { kind: part === 'posts' ? 'post' : 'activity', name, id };
}

function isCollection(part: string): part is ActorCollection {
  return part === 'inbox' || part === 'outbox' || part === 'followers' || part === 'following';
}

function decode(segment: string | undefined): string | undefined {
  try {
    return segment === undefined ? undefined : decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
