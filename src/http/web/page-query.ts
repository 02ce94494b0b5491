// The one query parameter of collections and pages: which page of a listing is asked for.
import { z } from 'zod';

/** The cursor of a page, as the page before it gave it. */
export const pageQuery = z.object({ page: z.string().max(64).optional() });
