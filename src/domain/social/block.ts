// Blocking an actor, or a host with everybody on it and below it: what was between the two ends both ways, and neither
// hears of the other from then on. The Block itself is not sent: the specification advises against it (ActivityPub section
// 6.9), and it would tell the other whom to be angry with. That the relations have ended is sent, as whenever they do.
import { hostsAbove } from '#databases/social/block-reader';
import type { BlockRecord } from '#databases/social/records/blocks';
import { readAccountPage } from '#domain/social/account-page';
import { endRelations, queueEndOfRelations } from '#domain/social/end-blocked-relations';
import { findActor, parseTarget } from '#domain/social/find-actor';
import { knownActor } from '#domain/social/known-actors';
import { requireAccount } from '#domain/social/local-actors';
import type { Page } from '#domain/social/pages';
import type { Social } from '#domain/social/social';
import { actorUri } from '#protocol/activitypub/actor-uris';
import { normaliseUri, type Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';

export interface Blocked {
  /** An actor's URI, or a host. */
  readonly target: string;
  readonly isHost: boolean;
}

/**
 * Blocks an actor (by address or URL) or a host; harmless where it is blocked already.
 * @throws ProtocolError notFound, gone, invalidParam; RemoteError where an address leads to nobody
 */
export async function block(social: Social, name: string, target: string): Promise<Blocked> {
  const account = await social.database.read((reader) => requireAccount(reader, name));
  const blocked = parseHost(social, target) ?? {
    target: await actorMeant(social, account, target),
    isHost: false,
  };
  if (blocked.target === actorUri(social.origin, name)) {
    throw new ProtocolError('invalidParam', 'Nobody blocks herself.');
  }
  const now = social.clock.now();
  const actor = blocked.isHost ? undefined : normaliseUri(blocked.target);
  await social.database.write(
    async (writer) => {
      await requireAccount(writer, name);
      const isNew = await writer.blocks.add({ account: name, side: 'ours', ...blocked, createdAt: now });
      if (!isNew) return;
      if (actor === undefined)
        await queueEndOfRelations(writer, social, { account: name, host: blocked.target });
      else await endRelations(writer, social, { account: name, actor, now });
    },
    { idempotent: true },
  );
  return blocked;
}

/** @throws ProtocolError notFound where it is not blocked; gone, invalidParam */
export async function unblock(social: Social, name: string, target: string): Promise<Blocked> {
  const account = await social.database.read((reader) => requireAccount(reader, name));
  const host = parseHost(social, target);
  const known = host?.target ?? (await blockedActor(social, name, target));
  const meant = known ?? (await actorMeant(social, account, target));
  const removed = await social.database.write((writer) => writer.blocks.remove(name, 'ours', meant));
  if (!removed) throw new ProtocolError('notFound', `${name} does not block ${target.slice(0, 256)}.`);
  return { target: removed.target, isHost: removed.isHost };
}

/** Newest first. @throws ProtocolError notFound, gone; invalidParam for the cursor */
export function listBlocks(
  social: Social,
  account: string,
  page: { readonly limit: number; readonly after?: string | undefined },
): Promise<Page<BlockRecord>> {
  return readAccountPage(social, account, page, (reader, request) =>
    reader.blocks.ofAccount(account, 'ours', request),
  );
}

/** A host by itself; undefined for what is written like an actor. */
function parseHost(social: Social, text: string): Blocked | undefined {
  if (/[@/\s]/.test(text)) return undefined;
  const url = URL.parse(`https://${text}`);
  const host = url?.hostname.replace(/\.$/, '');
  if (!host || url?.pathname !== '/' || !/[.:]|^localhost$/.test(host)) {
    throw new ProtocolError('invalidParam', `"${text.slice(0, 256)}" is neither a host nor an actor.`);
  }
  if (hostsAbove(new URL(social.origin).hostname).includes(host)) {
    throw new ProtocolError('invalidParam', 'This server is on that host itself.');
  }
  return { target: host, isHost: true };
}

async function actorMeant(
  social: Social,
  account: Parameters<typeof findActor>[1],
  text: string,
): Promise<Uri> {
  const target = parseTarget(social, text);
  // By its URI an actor can be blocked whose server does not answer, or that is gone.
  if (target.kind === 'uri' && (await social.database.read((reader) => reader.remoteActor(target.uri)))) {
    return target.uri;
  }
  const found = await findActor(social, account, target);
  if (found.kind === 'remote') return found.actor.uri;
  await social.database.read((reader) => requireAccount(reader, found.name));
  return actorUri(social.origin, found.name);
}

async function blockedActor(social: Social, name: string, text: string): Promise<Uri | undefined> {
  const target = parseTarget(social, text);
  return social.database.read((reader) =>
    knownActor(social, reader, target, {
      one: async (actor) => ((await reader.blocks.get(name, 'ours', actor)) ? { actor } : undefined),
      pages: [
        async (page) => {
          const { items, next } = await reader.blocks.ofAccount(name, 'ours', page);
          const actors = items.flatMap(({ target: actor }) => normaliseUri(actor) ?? []);
          return { items: actors.map((actor) => ({ actor })), ...(next === undefined ? {} : { next }) };
        },
      ],
    }),
  );
}
