// How servers of the fediverse find our people, and what they learn of this server.
import type { Social } from '#domain/social/social';
import { hostMeta, hostMetaJson } from '#http/discovery/host-meta';
import { nodeInfo, nodeInfoLinks, type ServerFacts } from '#http/discovery/nodeinfo';
import { webfinger } from '#http/discovery/webfinger';
import type { Operation } from '#http/operation';
import { nodeInfoVersions } from '#protocol/activitypub/nodeinfo';

export const fediverseDiscoveryOperations = (social: Social, facts: ServerFacts): Operation[] => [
  webfinger(social),
  nodeInfoLinks(social),
  ...nodeInfoVersions.map((version) => nodeInfo(social, facts, version)),
  hostMeta(social.origin),
  hostMetaJson(social.origin),
];
