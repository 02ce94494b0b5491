// NodeInfo 2.0 and 2.1 (nodeinfo.diaspora.software; FEP-f1d5): what a server says about itself. Only public counts go in.
import type { JsonObject } from '#protocol/activitypub/json-document';
import type { Origin } from '#protocol/activitypub/uris';

export const nodeInfoVersions = ['2.0', '2.1'] as const;
export type NodeInfoVersion = (typeof nodeInfoVersions)[number];

export interface NodeFacts {
  readonly software: {
    /** `[a-z0-9-]+`, as the schema asks. */
    readonly name: string;
    readonly version: string;
    readonly repository?: string;
    readonly homepage?: string;
  };
  readonly openRegistrations: boolean;
  readonly users: { readonly total: number; readonly activeMonth?: number; readonly activeHalfyear?: number };
  /** Public posts by our own people. */
  readonly localPosts: number;
}

/** `/.well-known/nodeinfo`. */
export function buildNodeInfoLinks(origin: Origin): JsonObject {
  return {
    links: nodeInfoVersions.map((version) => ({
      rel: `http://nodeinfo.diaspora.software/ns/schema/${version}`,
      href: `${origin}/nodeinfo/${version}`,
    })),
  };
}

export function buildNodeInfo(version: NodeInfoVersion, facts: NodeFacts): JsonObject {
  const { name, version: softwareVersion, repository, homepage } = facts.software;
  const links =
    version === '2.0' ? {} : { ...(repository ? { repository } : {}), ...(homepage ? { homepage } : {}) };
  return {
    version,
    software: { name, version: softwareVersion, ...links },
    // The schema's list has no name for Matrix.
    protocols: ['activitypub'],
    services: { inbound: [], outbound: [] },
    openRegistrations: facts.openRegistrations,
    usage: { users: { ...facts.users }, localPosts: facts.localPosts },
    metadata: {},
  };
}

export function nodeInfoContentType(version: NodeInfoVersion): string {
  return `application/json; profile="http://nodeinfo.diaspora.software/ns/schema/${version}#"`;
}
