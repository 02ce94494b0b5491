// A person's page: who she is, how many follow her and whom she follows, and her public posts.
import { requireAccount } from '#domain/social/local-actors';
import { mapPage, type Page, pageRequest } from '#domain/social/pages';
import type { Social } from '#domain/social/social';
import { parseDateTime } from '#protocol/activitypub/dates';
import { isObject, type JsonObject, readJsonDocument } from '#protocol/activitypub/json-document';
import { normaliseUri, type Uri } from '#protocol/activitypub/uris';

export interface ProfileHead {
  readonly name: string;
  readonly displayName: string;
  /** `alice@example.org`. */
  readonly address: string;
  /** HTML that is safe to show. */
  readonly summaryHtml?: string;
}

export interface ShownPost {
  readonly uri: Uri;
  /** HTML that is safe to show: we have made it. */
  readonly html: string;
  /** Milliseconds since the Unix epoch. */
  readonly publishedAt: number;
}

export interface Profile extends ProfileHead {
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  readonly followers: number;
  readonly following: number;
  readonly postsTotal: number;
  readonly posts: Page<ShownPost>;
}

/** Throws notFound, gone; invalidParam for the cursor. */
export async function readProfile(
  social: Social,
  name: string,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<Profile> {
  const request = pageRequest(limit, after);
  return social.database.read(async (reader) => {
    const account = await requireAccount(reader, name);
    const [followers, following, postsTotal, page] = await Promise.all([
      reader.followersTotal(name),
      reader.followingsTotal(name),
      reader.outboxTotal(name),
      reader.outbox(name, request),
    ]);
    const texts = await Promise.all(page.items.map(({ uri }) => reader.activityJson(uri)));
    const posts = texts.flatMap((text) => {
      const { object } = readJsonDocument(Buffer.from(text ?? '{}'));
      const post = isObject(object) ? shownPost(object) : undefined;
      return post ? [post] : [];
    });
    return {
      ...headOf(social, account),
      createdAt: account.createdAt,
      followers,
      following,
      postsTotal,
      posts: mapPage(page, posts),
    };
  });
}

/** What a page of one post says of its author. Throws notFound, gone. */
export async function readProfileHead(social: Social, name: string): Promise<ProfileHead> {
  return headOf(social, await social.database.read((reader) => requireAccount(reader, name)));
}

function headOf(
  { host }: Social,
  account: { readonly name: string; readonly displayName?: string; readonly summary?: string },
): ProfileHead {
  return {
    name: account.name,
    displayName: account.displayName ?? account.name,
    address: `${account.name}@${host}`,
    ...(account.summary === undefined ? {} : { summaryHtml: account.summary }),
  };
}

/** A note of ours as it is shown; undefined for what is none. */
export function shownPost(note: JsonObject): ShownPost | undefined {
  const uri = normaliseUri(note.id);
  const publishedAt = parseDateTime(note.published);
  if (uri === undefined || publishedAt === undefined || typeof note.content !== 'string') return undefined;
  return { uri, html: note.content, publishedAt };
}
