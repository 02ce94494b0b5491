// Paged ordered collections (Activity Streams 2.0 section 5; ActivityPub section 5): newest first, pages by cursor, and a
// total that may be known where the items are not shown.
import type { JsonObject } from '#protocol/activitypub/json-document';
import { activityStreamsContext } from '#protocol/activitypub/json-ld';
import type { Uri } from '#protocol/activitypub/uris';

/** The collection itself. `paged` is false where the items are nobody's business. */
export function buildOrderedCollection(collection: {
  readonly id: Uri;
  readonly totalItems: number;
  readonly paged: boolean;
}): JsonObject {
  const { id, totalItems, paged } = collection;
  return {
    '@context': activityStreamsContext,
    id,
    type: 'OrderedCollection',
    totalItems,
    ...(paged ? { first: pageUri(id, firstPage) } : {}),
  };
}

export interface CollectionPage {
  /** The collection. */
  readonly id: Uri;
  /** The page's own cursor, `firstPage` for the first. */
  readonly cursor: string;
  readonly totalItems: number;
  readonly items: readonly (Uri | JsonObject)[];
  /** Where it goes on; undefined on the last page. */
  readonly nextCursor?: string;
}

export const firstPage = 'first';

export function buildOrderedCollectionPage(page: CollectionPage): JsonObject {
  return {
    '@context': activityStreamsContext,
    id: pageUri(page.id, page.cursor),
    type: 'OrderedCollectionPage',
    partOf: page.id,
    totalItems: page.totalItems,
    ...(page.nextCursor === undefined ? {} : { next: pageUri(page.id, page.nextCursor) }),
    orderedItems: page.items,
  };
}

function pageUri(id: Uri, cursor: string): Uri {
  return `${id}?page=${encodeURIComponent(cursor)}` as Uri;
}
