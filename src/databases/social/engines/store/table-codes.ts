// The prefixes under which our ordered store keeps the social records: as short as can be, and fixed for ever.
import type { RecordType } from '#databases/social/records/record-type';
import type { recordTypes } from '#databases/social/records/record-types';

type DerivedOf<D> = D extends RecordType<infer _R, infer _K, infer U, infer L, infer T> ? U | L | T : never;

/** `rows` and every part of a declaration; `created` where a type has a field that says when a record came to be. */
export type TableCodes<D> = { readonly rows: string; readonly created?: string } & {
  readonly [N in DerivedOf<D>]: string;
};

export const tableCodes: { readonly [N in keyof typeof recordTypes]: TableCodes<(typeof recordTypes)[N]> } = {
  accounts: { rows: 'a', created: 'ac', icon: 'ai' },
  activities: {
    rows: 'c',
    created: 'cc',
    outbox: 'co',
    byAccount: 'ca',
    byObject: 'cb',
    reports: 'cr',
    json: 'cj',
  },
  actorKeys: { rows: 'k', byActor: 'ka' },
  aliases: { rows: 'l', created: 'lc', byAccount: 'la' },
  blocks: { rows: 'b', created: 'bc', byAccount: 'ba', byTarget: 'bt' },
  boosts: { rows: 's', created: 'sc', byObject: 'so', byAccount: 'sa', byOwner: 'sw' },
  copies: { rows: 'y' },
  deliveries: { rows: 'd', created: 'dc', byAccount: 'da', pending: 'dp' },
  failingHosts: { rows: 'x' },
  fanOuts: { rows: 'o', all: 'oa', byAccount: 'ob' },
  followerInboxes: { rows: 'i' },
  followers: { rows: 'f', created: 'fc', byAccount: 'fa', byActor: 'fr' },
  following: { rows: 'g', created: 'gc', byFollow: 'gf', byAccount: 'ga', byActor: 'gr' },
  hostTurns: { rows: 't' },
  leases: { rows: 'w' },
  likes: { rows: 'e', created: 'ec', byObject: 'eo', byAccount: 'ea', byOwner: 'ew' },
  messages: { rows: 'm', created: 'mc', byAccount: 'ma', byAuthor: 'mu', byNote: 'mn' },
  notes: { rows: 'n', created: 'nc', byAuthor: 'nu', byReply: 'nr', json: 'nj' },
  posts: { rows: 'p', created: 'pc', byAccount: 'pa', byVisibility: 'pv', byReply: 'pr', json: 'pj' },
  postTags: { rows: 'h', created: 'hc', byPost: 'hp', byAccount: 'ha', byName: 'hn' },
  properties: { rows: 'q', created: 'qc', byAccount: 'qa' },
  remoteActors: { rows: 'r' },
  tasks: { rows: 'j' },
};
