// Pages of domain/social as answers of the administration.
import type { Page } from '#domain/social/pages';

/** The place of the next page, where there is one. */
export function nextOf({ next }: Page<unknown>): { next?: string } {
  return next === undefined ? {} : { next };
}
