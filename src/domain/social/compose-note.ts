// From what a person gives of a post to its Note and the tags that are kept beside it; the same for a new post and for one
// that is edited.
import type { PostTagRecord } from '#databases/social/records/post-tags';
import type { SocialWriter } from '#databases/social/social-writer';
import type { Mentioned } from '#domain/social/find-mentioned';
import type { CheckedContent } from '#domain/social/post-draft';
import type { Social } from '#domain/social/social';
import { actorUri, postUri, tagUri } from '#protocol/activitypub/actor-uris';
import type { Visibility } from '#protocol/activitypub/addressing';
import { foldHashtag } from '#protocol/activitypub/hashtags';
import type { JsonObject } from '#protocol/activitypub/json-document';
import { buildNote } from '#protocol/activitypub/note';
import { plainTextToHtml } from '#protocol/activitypub/plain-text-to-html';
import type { Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';
import { noteBytesMax } from '#support/limits';

const tagsPageMax = 500;

export interface NoteParts {
  readonly account: string;
  readonly id: string;
  readonly content: CheckedContent;
  readonly mentioned: { readonly inText: readonly Mentioned[]; readonly all: readonly Mentioned[] };
  readonly visibility: Visibility;
  readonly inReplyTo?: Uri;
  /** Milliseconds since the Unix epoch. */
  readonly published: number;
  readonly updated?: number;
}

/** @throws ProtocolError invalidParam for what would be too large to be read by others */
export function composeNote({ origin }: Social, parts: NoteParts): JsonObject {
  const { account, id, content, mentioned, visibility, inReplyTo, published, updated } = parts;
  const actor = actorUri(origin, account);
  const { contentWarning, sensitive, language } = content;
  const note = buildNote({
    id: postUri(actor, id),
    actor,
    contentHtml: plainTextToHtml(content.text, {
      mentions: new Map(mentioned.inText.map(({ name, url }) => [name, { url }])),
      hashtagPage: (name) => tagUri(origin, name),
    }),
    published,
    ...(updated === undefined ? {} : { updated }),
    visibility,
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(contentWarning === undefined ? {} : { summary: contentWarning }),
    ...(sensitive === undefined ? {} : { sensitive }),
    ...(language === undefined ? {} : { language }),
    mentions: mentioned.all.map(({ actor: named, name }) => ({ actor: named, name })),
    hashtags: content.hashtags.map((name) => ({ name, href: tagUri(origin, name) })),
    attachments: content.attachments,
  });
  if (Buffer.byteLength(JSON.stringify(note)) <= noteBytesMax) return note;
  throw new ProtocolError(
    'invalidParam',
    'The post has too many links, hashtags and descriptions for its length.',
  );
}

/** What a post is found by: tags that it has no longer go, those that it keeps stay as they are. */
export async function storeTags(
  writer: SocialWriter,
  { origin }: Social,
  { account, id, content, mentioned, published }: NoteParts,
): Promise<void> {
  const common = { account, post: id, createdAt: published };
  const tags: PostTagRecord[] = [
    ...mentioned.all.map(({ name, actor }) => ({ ...common, kind: 'Mention' as const, name, href: actor })),
    ...content.hashtags.map((name) => ({
      ...common,
      kind: 'Hashtag' as const,
      name: foldHashtag(name),
      href: tagUri(origin, name),
    })),
  ];
  const known = await tagsOf(writer, account, id);
  const [before, after] = [known, tags].map((all) => new Set(all.map(({ href }) => href)));
  for (const tag of known) if (!after?.has(tag.href)) await writer.profiles.removeTag(tag);
  for (const tag of tags) if (!before?.has(tag.href)) await writer.profiles.putTag(tag);
}

/** To be called by the transaction that deletes the post. */
export async function removeTags(writer: SocialWriter, account: string, id: string): Promise<void> {
  for (const tag of await tagsOf(writer, account, id)) await writer.profiles.removeTag(tag);
}

/** A post has so few that they are one page. */
async function tagsOf(writer: SocialWriter, account: string, id: string): Promise<readonly PostTagRecord[]> {
  return (await writer.profiles.tagsOfPost(account, id, { limit: tagsPageMax })).items;
}
