// NodeInfo (nodeinfo.diaspora.software; FEP-f1d5): where it is, and what it says in both versions.
import { countPublic } from '#domain/social/count-public';
import type { Social } from '#domain/social/social';
import { operation } from '#http/operation';
import { reply } from '#http/reply';
import {
  buildNodeInfo,
  buildNodeInfoLinks,
  type NodeFacts,
  type NodeInfoVersion,
  nodeInfoContentType,
} from '#protocol/activitypub/nodeinfo';

const schema = 'http://nodeinfo.diaspora.software';

export interface ServerFacts {
  readonly software: NodeFacts['software'];
  readonly openRegistrations: boolean;
}

export const nodeInfoLinks = ({ origin }: Social) =>
  operation({
    id: 'apNodeInfoLinks',
    spec: `${schema}/protocol`,
    method: 'GET',
    path: '/.well-known/nodeinfo',
    access: 'public',
    rate: 'discovery',
    answer: () => buildNodeInfoLinks(origin),
  });

export const nodeInfo = (social: Social, facts: ServerFacts, version: NodeInfoVersion) =>
  operation({
    id: `apNodeInfo${version}`,
    spec: `${schema}/docson/index.html#/ns/schema/${version}`,
    method: 'GET',
    path: `/nodeinfo/${version}`,
    access: 'public',
    rate: 'discovery',
    async answer() {
      const { accounts, posts } = await countPublic(social);
      const document = buildNodeInfo(version, { ...facts, users: { total: accounts }, localPosts: posts });
      return reply(200, document, { 'content-type': nodeInfoContentType(version) });
    },
  });
