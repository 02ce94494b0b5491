// All that the readers of the social database answer, about few accounts and URIs: what two back ends must agree on.
import type { PageRequest, RecordPage } from '#databases/social/listing-page';
import type { Cursor, Place } from '#databases/social/record-access';
import { databaseTypes } from '#databases/social/records/record-types';
import type { DatabaseName, SocialReader } from '#databases/social/social-reader';
import { originOf, type Uri } from '#protocol/activitypub/uris';
import { pools } from './operations.ts';

type View = { readonly [query: string]: unknown };

const names = pools.texts;
const uris = pools.uris as readonly Uri[];
const sides = ['ours', 'theirs'] as const;
const states = ['pending', 'accepted'] as const;

/** The pages of a listing, in both directions. Places differ from back end to back end. */
async function pagesOf<R>(read: (request: PageRequest) => Promise<RecordPage<R>>): Promise<unknown> {
  const all: (readonly R[])[] = [];
  for (const oldestFirst of [false, true]) {
    for (let cursor: Place | undefined; ; ) {
      const { items, next } = await read({ limit: oldestFirst ? 3 : 2, cursor, oldestFirst });
      all.push(items);
      cursor = next;
      if (cursor === undefined) break;
    }
  }
  return all;
}

/** In an order that does not depend on the back end. */
async function sorted<T>(found: Promise<readonly T[]>): Promise<string[]> {
  return (await found).map((value) => JSON.stringify(value)).toSorted();
}

export async function viewOf(reader: SocialReader): Promise<View> {
  return {
    ...(await databasesOf(reader)),
    ...(await viewByName(reader)),
    ...(await viewByUri(reader)),
    ...(await viewByBoth(reader)),
    ...(await queueOf(reader)),
  };
}

async function databasesOf(reader: SocialReader): Promise<View> {
  const view: { [query: string]: unknown } = {};
  for (const name of Object.keys(databaseTypes) as DatabaseName[]) {
    const pages: unknown[] = [];
    for (let cursor: Cursor | undefined; ; ) {
      const { items, next } = await reader.created(name, { limit: 3, cursor });
      pages.push(items);
      cursor = next;
      if (cursor === undefined) break;
    }
    view[`created ${name}`] = pages;
    view[`count ${name}`] = await reader.count(name);
    view[`count ${name} of a time`] = await reader.count(name, { from: 1, through: 1_702_000_000_000 });
  }
  view.reports = await pagesOf((page) => reader.reports(page));
  return view;
}

async function viewByName(reader: SocialReader): Promise<View> {
  const view: { [query: string]: unknown } = {};
  for (const name of names) {
    const { profiles, reactions, blocks, deliveries } = reader;
    view[`account ${name}`] = [
      await reader.account(name),
      await profiles.icon(name),
      await profiles.alias(name),
    ];
    view[`outbox ${name}`] = [
      await pagesOf((page) => reader.outbox(name, page)),
      await reader.outboxTotal(name),
    ];
    view[`activities ${name}`] = await pagesOf((page) => reader.activitiesOf(name, page));
    view[`messages ${name}`] = await pagesOf((page) => reader.messages(name, page));
    view[`posts ${name}`] = [
      await pagesOf((page) => reader.posts(name, page)),
      await reader.postsTotal(name),
    ];
    view[`aliases ${name}`] = await pagesOf((page) => profiles.aliases(name, page));
    view[`properties ${name}`] = await pagesOf((page) => profiles.properties(name, page));
    view[`tags ${name}`] = await pagesOf((page) => profiles.tagsOfAccount(name, page));
    view[`likes by ${name}`] = await pagesOf((page) => reactions.likesBy(name, page));
    view[`boosts by ${name}`] = await pagesOf((page) => reactions.boostsBy(name, page));
    view[`likes received by ${name}`] = await pagesOf((page) => reactions.likesReceived(name, page));
    view[`boosts received by ${name}`] = await pagesOf((page) => reactions.boostsReceived(name, page));
    view[`deliveries ${name}`] = await pagesOf((page) => deliveries.ofAccount(name, page));
    for (const state of states) {
      view[`followers ${name} ${state}`] = [
        await pagesOf((page) => reader.followers(name, state, page)),
        await reader.followersTotal(name, state),
      ];
      view[`followings ${name} ${state}`] = [
        await pagesOf((page) => reader.followings(name, state, page)),
        await reader.followingsTotal(name, state),
      ];
    }
    for (const side of sides) {
      view[`blocks ${name} ${side}`] = await pagesOf((page) => blocks.ofAccount(name, side, page));
    }
    for (const other of names) {
      view[`post ${name} ${other}`] = [await reader.post(name, other), await reader.postJson(name, other)];
      view[`property ${name} ${other}`] = await profiles.property(name, other);
      view[`tags of ${name} ${other}`] = await pagesOf((page) => profiles.tagsOfPost(name, other, page));
    }
  }
  return view;
}

async function viewByUri(reader: SocialReader): Promise<View> {
  const view: { [query: string]: unknown } = {};
  for (const uri of uris) {
    const { reactions, blocks, deliveries } = reader;
    view[`actor ${uri}`] = [await reader.remoteActor(uri), await reader.actorKey(uri)];
    view[`keys of ${uri}`] = await reader.keysOfActor(uri, 5);
    view[`activity ${uri}`] = [await reader.activity(uri), await reader.activityJson(uri)];
    view[`likes about ${uri}`] = await pagesOf((page) => reader.activitiesAbout(uri, 'a', page));
    view[`followed by ${uri}`] = await pagesOf((page) => reader.followedBy(uri, page));
    view[`asked for by ${uri}`] = await reader.followingByFollow(uri);
    view[`local followers of ${uri}`] = await pagesOf((page) => reader.localFollowers(uri, page));
    view[`note ${uri}`] = [await reader.note(uri), await reader.noteJson(uri)];
    for (const origin of [originOf(uri), ...names]) {
      view[`note ${uri} by ${origin}`] = await reader.note(uri, origin as ReturnType<typeof originOf>);
    }
    view[`notes by ${uri}`] = await pagesOf((page) => reader.notesBy(uri, page));
    view[`messages of ${uri}`] = await pagesOf((page) => reader.messagesOfNote(uri, page));
    view[`answers to ${uri}`] = await pagesOf((page) => reader.postsInReplyTo(uri, page));
    view[`notes that answer ${uri}`] = await pagesOf((page) => reader.notesInReplyTo(uri, page));
    view[`likes ${uri}`] = [
      await pagesOf((page) => reactions.likesOf(uri, page)),
      await reactions.likesTotal(uri),
    ];
    view[`boosts ${uri}`] = [
      await pagesOf((page) => reactions.boostsOf(uri, page)),
      await reactions.boostsTotal(uri),
    ];
    for (const side of sides)
      view[`blocked ${uri}`] = await pagesOf((page) => blocks.ofTarget(uri, side, page));
    view[`deliveries of ${uri}`] = await sorted(deliveries.ofActivity(uri, 50));
  }
  return view;
}

async function viewByBoth(reader: SocialReader): Promise<View> {
  const view: { [query: string]: unknown } = {};
  for (const uri of uris) {
    for (const name of names) {
      view[`${name} and ${uri}`] = [
        await reader.follower(name, uri),
        await reader.following(name, uri),
        await reader.message(name, uri),
        await pagesOf((page) => reader.messagesBy(name, uri, page)),
        await reader.blocks.against(name, uri),
        await reader.blocks.isBlockedBy(name, uri),
      ];
    }
    for (const other of uris) {
      view[`${uri} and ${other}`] = [
        await reader.reactions.like(uri, other),
        await reader.reactions.boost(uri, other),
        await reader.followerByFollow(uri, other),
        await reader.deliveries.get(uri, other),
      ];
    }
  }
  return view;
}

async function queueOf({ deliveries, tasks }: SocialReader): Promise<View> {
  const hosts = [...names, 'a.example', 'sub.a.example', 'b.example:8443'];
  const view: { [query: string]: unknown } = {};
  for (const host of hosts) {
    view[`pending ${host}`] = await deliveries.pending(host, 50);
    view[`due again ${host}`] = await deliveries.dueAgain(host, 300, 50);
    view[`failing ${host}`] = await deliveries.failingHost(host);
  }
  for (const name of names) {
    const inboxes = await deliveries.followerInboxes(name, 50);
    view[`inboxes ${name}`] = inboxes.map(({ record }) => JSON.stringify(record)).toSorted();
    view[`fan-out ${name}`] = await deliveries.hasFanOut(name);
  }
  view['immediate turns'] = await sorted(deliveries.immediateTurns(50));
  view['due turns'] = (await deliveries.dueTurns(70_000, 50)).map(({ dueAt }) => dueAt);
  view['next turn'] = await deliveries.nextTurnAt(300);
  view['oldest fan-out'] = (await deliveries.oldestFanOut())?.record;
  view['due tasks'] = (await tasks.due(70_000, 50)).map(({ dueAt }) => dueAt);
  view['next task'] = await tasks.nextAt(300);
  return view;
}
