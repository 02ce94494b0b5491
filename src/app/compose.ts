// Builds a server from its configuration, part by part, and takes it down in the reverse order. The one place where
// parts are chosen and joined; it neither listens nor touches the terminal.

import { administerAccounts } from '#app/administering/accounts';
import { administerKeys } from '#app/administering/dump-keys';
import type { AdministrationImplementation } from '#app/administration';
import type { Config } from '#app/config/config';
import { claimDataDirectory } from '#app/data-directory';
import { openStores } from '#app/stores';
import { openAccountsDatabase } from '#databases/accounts/accounts-database';
import { openRoomsDatabase } from '#databases/rooms/rooms-database';
import { openTransitoryDatabase } from '#databases/transitory/transitory-database';
import { authenticate } from '#domain/identity/authenticate';
import { openIdentity } from '#domain/identity/identity';
import { makeClientAddress } from '#http/client-address';
import { capabilities } from '#http/discovery/capabilities';
import { versions } from '#http/discovery/versions';
import { wellKnownClient } from '#http/discovery/well-known-client';
import { wellKnownServer } from '#http/discovery/well-known-server';
import { makeRateLimits, noRateLimits } from '#http/rate-limits';
import { type Handler, makeRouter } from '#http/router';
import { serverOf } from '#protocol/matrix/identifiers';
import type { Clock } from '#support/clock';
import { ProtocolError } from '#support/errors';
import type { Logger } from '#support/logging';
import type { Random } from '#support/random';

/** What the outside brings along, so that whole servers run in a test under one clock and one random seed. */
export interface Surroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** A server that stands: what answers requests, and what answers administrators. */
export interface House extends AsyncDisposable {
  readonly handler: Handler;
  readonly administration: AdministrationImplementation;
}

/** @throws Error in one sentence when the data directory or a store cannot be used */
export async function compose(config: Config, { clock, random, logger }: Surroundings): Promise<House> {
  await using building = new AsyncDisposableStack();
  claimDataDirectory(config.dataDirectory, config.serverName);
  const stores = building.use(await openStores(config.databases, { clock, random }));
  const accounts = await openAccountsDatabase(stores.accounts);
  const rooms = await openRoomsDatabase(stores.rooms, (user) => serverOf(user) === config.serverName);
  const transitory = await openTransitoryDatabase(stores.transitory);
  const identity = building.use(
    openIdentity({
      accounts,
      serverName: config.serverName,
      registration: config.registration,
      effects: {
        async onAccountCreated() {},
        async onProfileChanged() {},
        async onAccountDeactivated() {},
      },
      clock,
      random,
      logger,
    }),
  );
  const handler = makeRouter({
    operations: [
      wellKnownClient(config.publicUrl),
      wellKnownServer(config.publicUrl),
      versions(),
      capabilities(),
    ],
    authenticate: (token, clientAddress) => authenticate(identity, token, clientAddress),
    rateLimits: config.rateLimits ? makeRateLimits(clock) : noRateLimits,
    clientAddress: makeClientAddress(config.trustedProxies),
    accessTokensInQuery: config.accessTokensInQuery,
    logger,
    random,
  });
  const administration: AdministrationImplementation = {
    ...administerAccounts(identity, (localpart) => `${config.publicUrl}/users/${localpart}`),
    ...administerKeys({
      rooms: { store: stores.rooms, tables: rooms.tables },
      accounts: { store: stores.accounts, tables: accounts.tables },
      transitory: { store: stores.transitory, tables: transitory.tables },
      social: { store: stores.social, tables: {} },
    }),
    check: unserved('check'),
    follow: unserved('follow'),
    unfollow: unserved('unfollow'),
    post: unserved('post'),
    inbox: unserved('inbox'),
    followers: unserved('followers'),
    deliveries: unserved('deliveries'),
  };
  const built = building.move();
  return { handler, administration, [Symbol.asyncDispose]: () => built.disposeAsync() };
}

/** Refuses what this server has no part for. */
function unserved(method: string): () => Promise<never> {
  return () =>
    Promise.reject(new ProtocolError('unavailable', `This server has no part that answers ${method}.`));
}
