// An ordered collection or one page of it, from functions that count and list (Activity Streams 2.0 section 5).
import type { Social } from '#domain/social/social';
import { answerActivity } from '#http/activitypub/activity-answer';
import type { Call } from '#http/operation';
import type { Reply } from '#http/reply';
import { actorUri, collectionUri } from '#protocol/activitypub/actor-uris';
import {
  buildOrderedCollection,
  buildOrderedCollectionPage,
  firstPage,
} from '#protocol/activitypub/collections';
import type { JsonObject } from '#protocol/activitypub/json-document';
import type { Uri } from '#protocol/activitypub/uris';

interface Asked {
  readonly name: string;
  readonly collection: 'outbox' | 'followers' | 'following';
  /** The `page` parameter; undefined for the collection itself. */
  readonly cursor: string | undefined;
  readonly call: Pick<Call, 'header'>;
}

interface Source {
  count(): Promise<number>;
  /** A page behind a cursor; the first page without one. */
  read(after: string | undefined): Promise<{
    readonly total: number;
    readonly items: readonly (Uri | JsonObject)[];
    readonly next?: string;
  }>;
}

export async function answerCollection(
  { origin }: Social,
  { name, collection, cursor, call }: Asked,
  source: Source,
): Promise<Reply> {
  const id = collectionUri(actorUri(origin, name), collection);
  if (cursor === undefined) {
    const totalItems = await source.count();
    return answerActivity(call, buildOrderedCollection({ id, totalItems, paged: true }));
  }
  const { total, items, next } = await source.read(cursor === firstPage ? undefined : cursor);
  return answerActivity(
    call,
    buildOrderedCollectionPage({
      id,
      cursor,
      totalItems: total,
      items: items.map(withoutContext),
      ...(next === undefined ? {} : { nextCursor: next }),
    }),
  );
}

/** Within a document the document's own context holds. */
function withoutContext(item: Uri | JsonObject): Uri | JsonObject {
  if (typeof item === 'string') return item;
  const { '@context': _context, ...rest } = item;
  return rest;
}
