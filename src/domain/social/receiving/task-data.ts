// How far a task has come that goes through a listing page by page.
import { type PageRequest, readPlace } from '#databases/social/listing-page';
import type { TaskData } from '#domain/social/tasks/tasks';

/** The page that `cursor` in a task's data tells; the first one without it. */
export function readPage({ cursor }: TaskData, limit: number): PageRequest {
  const place = typeof cursor === 'string' ? readPlace(cursor) : undefined;
  return place === undefined ? { limit } : { limit, cursor: place };
}
