// Whom a person means among those whom an account has to do with already, so that a server that may be dead need not be
// asked.
import type { PageRequest, RecordPage } from '#databases/social/listing-page';
import type { SocialReader } from '#databases/social/social-reader';
import type { Target } from '#domain/social/find-actor';
import { canonicalName } from '#domain/social/local-actors';
import type { Social } from '#domain/social/social';
import { actorUri } from '#protocol/activitypub/actor-uris';
import { authorityOf, type Uri } from '#protocol/activitypub/uris';

const pageMax = 500;

interface Relation {
  readonly actor: Uri;
}

/** The relations among which an actor is looked for: one by its URI, and all of them in pages. */
export interface KnownRelations {
  one(actor: Uri): Promise<Relation | undefined>;
  readonly pages: readonly ((page: PageRequest) => Promise<RecordPage<Relation>>)[];
}

/** Undefined where there is nobody of that name, or only by another name. */
export async function knownActor(
  social: Social,
  reader: SocialReader,
  target: Target,
  relations: KnownRelations,
): Promise<Uri | undefined> {
  if (target.kind === 'local') return actorUri(social.origin, await canonicalName(reader, target.name));
  if (target.kind === 'uri') return (await relations.one(target.uri))?.actor;
  const { name, host } = target.address;
  for await (const { actor } of allOf(relations)) {
    if (authorityOf(actor) !== host) continue;
    const remote = await reader.remoteActor(actor);
    if (remote?.preferredUsername.toLowerCase() === name) return actor;
  }
  return undefined;
}

async function* allOf({ pages }: KnownRelations): AsyncGenerator<Relation> {
  for (const read of pages) {
    for (let page = await read({ limit: pageMax }); ; ) {
      yield* page.items;
      if (page.next === undefined) break;
      page = await read({ limit: pageMax, cursor: page.next });
    }
  }
}
