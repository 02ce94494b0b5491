// A server's part in the fediverse: what all functions of this folder are given, opened once.
import type { SocialDatabase } from '#databases/social/social-database';
import { type FetchLimits, makeFetchLimits } from '#domain/social/fetch-limits';
import { type ForeignKeys, makeForeignKeys } from '#domain/social/foreign-keys';
import type { Hooks } from '#domain/social/hooks/hooks';
import { makeOwnKeys, type OwnKeys } from '#domain/social/own-keys';
import { makeRoom, type Room } from '#domain/social/tasks/room';
import type { NetworkPolicy } from '#network/address-policy';
import type { Getter } from '#network/follow-redirects';
import type { Transport } from '#network/transport';
import { authorityOf, type Origin } from '#protocol/activitypub/uris';
import type { Clock } from '#support/clock';
import {
  hookCallsAtOnceMax,
  taskFetchesAtOnceMax,
  taskFetchesBurst,
  taskFetchIntervalMs,
} from '#support/limits';
import type { Random } from '#support/random';

const limitedHostsMax = 10_000;

export interface SocialParts {
  readonly database: SocialDatabase;
  /** Scheme, host and port under which others reach us; every URI of ours begins with it. */
  readonly origin: Origin;
  /** The name in Matrix ids, by which people may be asked for as well: `alice@example.org`. */
  readonly serverName: string;
  /** How other servers are reached. */
  readonly transport: Transport;
  readonly policy: NetworkPolicy;
  readonly clock: Clock;
  readonly random: Random;
  /** What the operator wants to be told of. */
  readonly hooks?: Hooks | undefined;
}

export interface Social extends SocialParts {
  /** The host in the addresses of our people: it is sure to answer WebFinger, since it is us. */
  readonly host: string;
  readonly getter: Getter;
  readonly ownKeys: OwnKeys;
  readonly foreignKeys: ForeignKeys;
  /** How often others may make us fetch what they point at, by host. */
  readonly taskFetches: FetchLimits;
  /** For the tasks of this process that call hooks, or fetch from other servers. */
  readonly rooms: { readonly hooks: Room; readonly fetches: Room };
}

/** The database and the transport stay their owner's. */
export function openSocial(parts: SocialParts): Social {
  const { origin, transport, policy, database, clock } = parts;
  const getter: Getter = { transport, ...policy };
  return {
    ...parts,
    host: authorityOf(origin),
    getter,
    ownKeys: makeOwnKeys(),
    foreignKeys: makeForeignKeys({ database, clock, getter }),
    taskFetches: makeFetchLimits(
      clock,
      { burst: taskFetchesBurst, intervalMs: taskFetchIntervalMs },
      limitedHostsMax,
    ),
    rooms: {
      hooks: makeRoom(clock, hookCallsAtOnceMax),
      fetches: makeRoom(clock, taskFetchesAtOnceMax),
    },
  };
}
