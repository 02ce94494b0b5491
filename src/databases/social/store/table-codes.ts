// The prefixes under which our ordered store keeps the social records: as short as can be, and fixed for ever.
import type { RecordType } from '#databases/social/records/record-type';
import type { recordTypes } from '#databases/social/records/record-types';

type DerivedOf<D> = D extends RecordType<infer _R, infer _K, infer U, infer L, infer T> ? U | L | T : never;

export type TableCodes<D> = { readonly rows: string } & { readonly [N in DerivedOf<D>]: string };

export const tableCodes: { readonly [N in keyof typeof recordTypes]: TableCodes<(typeof recordTypes)[N]> } = {
  accounts: { rows: 'a', all: 'aa' },
  activities: { rows: 'c', outbox: 'co', json: 'cj' },
  actorKeys: { rows: 'k', byActor: 'ka' },
  deliveries: { rows: 'd', byAccount: 'da', pending: 'dp' },
  failingHosts: { rows: 'x' },
  fanOuts: { rows: 'o', all: 'oa', byAccount: 'ob' },
  followerInboxes: { rows: 'i' },
  followers: { rows: 'f', byAccount: 'fa', byActor: 'fr' },
  following: { rows: 'g', byFollow: 'gf', byAccount: 'ga', byActor: 'gr' },
  hostTurns: { rows: 't' },
  messages: { rows: 'm', byAccount: 'ma', byNote: 'mn' },
  notes: { rows: 'n', json: 'nj' },
  posts: { rows: 'p', byAccount: 'pa', byVisibility: 'pv', json: 'pj' },
  remoteActors: { rows: 'r' },
};
