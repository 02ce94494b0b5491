// Likes and boosts: those that an account has given, those that its posts have got, and those of one post; newest first.
import type { PageRequest, RecordPage } from '#databases/social/listing-page';
import type { BoostRecord } from '#databases/social/records/boosts';
import type { LikeRecord } from '#databases/social/records/likes';
import type { SocialReader } from '#databases/social/social-reader';
import { parsePostUri } from '#domain/social/find-note';
import { requireAccount } from '#domain/social/local-actors';
import { mapPage, type Page, pageRequest } from '#domain/social/pages';
import type { Social } from '#domain/social/social';
import type { Uri } from '#protocol/activitypub/uris';

export type ReactionQuery = (
  | { readonly of: 'given' | 'received'; readonly account: string }
  | { readonly of: 'post'; readonly post: string }
) & { readonly limit: number; readonly after?: string | undefined };

/** @throws ProtocolError notFound, gone for an account; invalidParam for a post or the cursor */
export function listLikes(social: Social, query: ReactionQuery): Promise<Page<LikeRecord>> {
  return list(social, query, {
    given: (reader, account, page) => reader.reactions.likesBy(account, page),
    received: (reader, account, page) => reader.reactions.likesReceived(account, page),
    post: (reader, post, page) => reader.reactions.likesOf(post, page),
  });
}

/** @throws ProtocolError notFound, gone for an account; invalidParam for a post or the cursor */
export function listBoosts(social: Social, query: ReactionQuery): Promise<Page<BoostRecord>> {
  return list(social, query, {
    given: (reader, account, page) => reader.reactions.boostsBy(account, page),
    received: (reader, account, page) => reader.reactions.boostsReceived(account, page),
    post: (reader, post, page) => reader.reactions.boostsOf(post, page),
  });
}

interface Listings<R> {
  given(reader: SocialReader, account: string, page: PageRequest): Promise<RecordPage<R>>;
  received(reader: SocialReader, account: string, page: PageRequest): Promise<RecordPage<R>>;
  post(reader: SocialReader, post: Uri, page: PageRequest): Promise<RecordPage<R>>;
}

async function list<R>(social: Social, query: ReactionQuery, listings: Listings<R>): Promise<Page<R>> {
  const request = pageRequest(query.limit, query.after);
  const found = await social.database.read(async (reader) => {
    if (query.of === 'post') return listings.post(reader, parsePostUri(social, query.post), request);
    await requireAccount(reader, query.account);
    return listings[query.of](reader, query.account, request);
  });
  return mapPage(found, found.items);
}
