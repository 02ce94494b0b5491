// The small documents by which a server and its collections are found: NodeInfo, host-meta, ordered collections.
import { describe, expect, it } from 'vitest';
import {
  buildOrderedCollection,
  buildOrderedCollectionPage,
  firstPage,
} from '#protocol/activitypub/collections';
import { buildHostMeta, buildHostMetaJson } from '#protocol/activitypub/host-meta';
import { buildNodeInfo, buildNodeInfoLinks, nodeInfoContentType } from '#protocol/activitypub/nodeinfo';
import { parseOrigin, requireUri } from '#protocol/activitypub/uris';

const origin = parseOrigin('https://home.example');

describe('NodeInfo', () => {
  const facts = {
    software: { name: 'hearth', version: '0.1.0', repository: 'https://code.example/hearth' },
    openRegistrations: false,
    users: { total: 0 },
    localPosts: 0,
  };

  it('is announced in both versions', () => {
    expect(buildNodeInfoLinks(origin)).toEqual({
      links: [
        { rel: 'http://nodeinfo.diaspora.software/ns/schema/2.0', href: 'https://home.example/nodeinfo/2.0' },
        { rel: 'http://nodeinfo.diaspora.software/ns/schema/2.1', href: 'https://home.example/nodeinfo/2.1' },
      ],
    });
  });

  it('is complete without any users, and has a repository in 2.1 only', () => {
    const old = buildNodeInfo('2.0', facts);
    expect(old).toEqual({
      version: '2.0',
      software: { name: 'hearth', version: '0.1.0' },
      protocols: ['activitypub'],
      services: { inbound: [], outbound: [] },
      openRegistrations: false,
      usage: { users: { total: 0 }, localPosts: 0 },
      metadata: {},
    });
    expect(buildNodeInfo('2.1', facts)).toEqual({
      ...old,
      version: '2.1',
      software: { name: 'hearth', version: '0.1.0', repository: 'https://code.example/hearth' },
    });
    expect(nodeInfoContentType('2.1')).toContain('schema/2.1#');
  });
});

it('host-meta leads to WebFinger in both notations', () => {
  const template = 'https://home.example/.well-known/webfinger?resource={uri}';
  expect(buildHostMeta(origin)).toContain(
    `<Link rel="lrdd" type="application/jrd+json" template="${template}"/>`,
  );
  expect(buildHostMetaJson(origin)).toEqual({
    links: [{ rel: 'lrdd', type: 'application/jrd+json', template }],
  });
});

describe('an ordered collection', () => {
  const id = requireUri('https://home.example/users/alice/followers', 'id');
  const bob = requireUri('https://remote.example/users/bob', 'bob');

  it('tells its total, and its first page where there is one to see', () => {
    expect(buildOrderedCollection({ id, totalItems: 3, paged: true })).toMatchObject({
      type: 'OrderedCollection',
      totalItems: 3,
      first: `${id}?page=first`,
    });
    expect(buildOrderedCollection({ id, totalItems: 3, paged: false })).not.toHaveProperty('first');
  });

  it('goes on page by page', () => {
    const page = buildOrderedCollectionPage({
      id,
      cursor: firstPage,
      totalItems: 3,
      items: [bob],
      nextCursor: 'a/b',
    });
    expect(page).toMatchObject({
      id: `${id}?page=first`,
      type: 'OrderedCollectionPage',
      partOf: id,
      orderedItems: [bob],
      next: `${id}?page=a%2Fb`,
    });
    expect(buildOrderedCollectionPage({ id, cursor: 'a/b', totalItems: 3, items: [] })).not.toHaveProperty(
      'next',
    );
  });
});
