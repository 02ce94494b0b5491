// Who follows an account and whom it follows, as pages of actors' URIs, and how many they are.
import type { SocialReader } from '#databases/social/social-reader';
import { requireAccount } from '#domain/social/local-actors';
import { type Page, pageRequest } from '#domain/social/pages';
import type { Social } from '#domain/social/social';
import type { Uri } from '#protocol/activitypub/uris';

export type Relation = 'followers' | 'following';

interface PageOptions {
  /** Those that hold, unless told. */
  readonly state?: 'accepted' | 'pending' | undefined;
  readonly limit: number;
  readonly after?: string | undefined;
}

/** Relations of one state, newest first. Throws notFound, gone; invalidParam for the cursor. */
export async function listRelations(
  { database }: Social,
  account: string,
  relation: Relation,
  { state = 'accepted', limit, after }: PageOptions,
): Promise<Page<Uri> & { readonly total: number }> {
  const request = pageRequest(limit, after);
  return database.read(async (reader) => {
    await requireAccount(reader, account);
    const { items, next } =
      relation === 'followers'
        ? await reader.followers(account, state, request)
        : await reader.followings(account, state, request);
    const actors = items.map(({ actor }) => actor);
    const total = await totalOf(reader, account, relation, state);
    return next === undefined ? { total, items: actors } : { total, items: actors, next };
  });
}

/** How many there are. Throws notFound, gone. */
export async function countRelations(
  { database }: Social,
  account: string,
  relation: Relation,
): Promise<number> {
  return database.read(async (reader) => {
    await requireAccount(reader, account);
    return totalOf(reader, account, relation, 'accepted');
  });
}

function totalOf(
  reader: SocialReader,
  account: string,
  relation: Relation,
  state: 'accepted' | 'pending',
): Promise<number> {
  return relation === 'followers'
    ? reader.followersTotal(account, state)
    : reader.followingsTotal(account, state);
}
