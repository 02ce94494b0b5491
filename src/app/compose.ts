// Builds a server from its configuration, part by part, and takes it down in the reverse order. The one place where
// parts are chosen and joined; it neither listens nor touches the terminal.

import { existsSync } from 'node:fs';
import { administerAccounts } from '#app/administering/accounts';
import { administerChecks } from '#app/administering/check';
import { administerKeys } from '#app/administering/dump-keys';
import { administerSocial } from '#app/administering/social';
import type { AdministrationImplementation } from '#app/administration';
import type { Config } from '#app/config/config';
import { ConfigError } from '#app/config/config-error';
import { publicSocialRecordsUri } from '#app/config/social-records-uri';
import { claimDataDirectory, keepSocialRecords, readSocialRecords } from '#app/data-directory';
import { openFediverse } from '#app/fediverse';
import { openSigningKey } from '#app/signing-key';
import { openSocialRecords } from '#app/social-records';
import { belongsToOneProcess, openStores, untilOneFails } from '#app/stores';
import { startTending } from '#app/tending';
import { openAccountsDatabase } from '#databases/accounts/accounts-database';
import { openRoomsDatabase } from '#databases/rooms/rooms-database';
import { hasAccounts } from '#databases/social/engines/store/open-store-engine';
import { openTransitoryDatabase } from '#databases/transitory/transitory-database';
import { repairAccounts } from '#domain/identity/account-effects';
import { authenticate } from '#domain/identity/authenticate';
import { type Identity, openIdentity } from '#domain/identity/identity';
import { getProfile } from '#domain/identity/profiles';
import { leaveAllRooms, spreadProfile } from '#domain/rooms/follow-account';
import { Lanes } from '#domain/rooms/lanes';
import type { MemberProfile, Rooms } from '#domain/rooms/rooms';
import { Typing } from '#domain/rooms/typing';
import { isAlias } from '#domain/social/aliases';
import { Sync } from '#domain/sync/sync';
import { accountOperations } from '#http/client/account-operations';
import { roomReadingOperations } from '#http/client/room-reading-operations';
import { roomWritingOperations } from '#http/client/room-writing-operations';
import { makeClientAddress } from '#http/client-address';
import { capabilities } from '#http/discovery/capabilities';
import { versions } from '#http/discovery/versions';
import { wellKnownClient } from '#http/discovery/well-known-client';
import { wellKnownServer } from '#http/discovery/well-known-server';
import type { Operation } from '#http/operation';
import { makeRateLimits, noRateLimits } from '#http/rate-limits';
import { type Handler, makeRouter, type RouterParts } from '#http/router';
import type { Transport } from '#network/transport';
import { serverOf, type UserId } from '#protocol/matrix/identifiers';
import { type JsonObject, ownString } from '#protocol/matrix/json';
import type { Store } from '#store/contract';
import type { Clock } from '#support/clock';
import { ProtocolError } from '#support/errors';
import type { Logger } from '#support/logging';
import type { Random } from '#support/random';

/** What the outside brings along, so that whole servers run in a test under one clock and one random seed. */
export interface Surroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** False for one command: what is queued is carried out by the server, with all that it has been told of its network. */
  readonly carriesOut?: boolean;
  /** The way to other fediverse servers, where several are joined in one process; a dialler without it. */
  readonly transport?: Transport;
  /** The stores behind the databases; those that the configuration names without it. */
  readonly openStores?: typeof openStores;
  /** Told of every answer, as the router tells it. */
  readonly observe?: RouterParts['observe'];
}

/** A server that stands: what answers requests, and what answers administrators. */
export interface House extends AsyncDisposable {
  readonly handler: Handler;
  /** Everything that the handler answers. */
  readonly operations: readonly Operation[];
  readonly administration: AdministrationImplementation;
  /** Rejects once a store takes nothing more until it is opened again: there is nothing left to serve. */
  readonly failed: Promise<never>;
}

/** @throws Error in one sentence when the data directory or a store cannot be used */
export async function compose(config: Config, surroundings: Surroundings): Promise<House> {
  const { clock, random, logger, observe } = surroundings;
  await using building = new AsyncDisposableStack();
  claimDataDirectory(config.dataDirectory, config);
  const stores = building.use(
    await (surroundings.openStores ?? openStores)(config.databases, { clock, random }),
  );
  const accounts = await openAccountsDatabase(stores.accounts);
  const rooms = await openRoomsDatabase(stores.rooms, (user) => serverOf(user) === config.serverName);
  const transitory = await openTransitoryDatabase(stores.transitory);
  await assertInPlace(stores.social, config);
  const records = building.use(
    await openSocialRecords(config.socialRecords, {
      openStore: async () => stores.social,
      clock,
      random,
      logger,
    }),
  );
  // Known once it could be opened: a slip of the pen must not be kept.
  if (readSocialRecords(config.dataDirectory) === undefined) {
    keepSocialRecords(config.dataDirectory, config.socialRecords);
  }
  const fediverse = building.use(
    await openFediverse({
      config,
      engine: records.engine,
      carriesOut: surroundings.carriesOut ?? true,
      isSoleProcess: records.inStore !== undefined && belongsToOneProcess(config.databases.social),
      transport: surroundings.transport,
      clock,
      random,
      logger,
    }),
  );
  const roomsParts: Rooms = {
    database: rooms,
    lanes: new Lanes(rooms),
    signingKey: openSigningKey(config.dataDirectory, config.serverName, random),
    clock,
    random,
    profileOf: (user) => profileOf(identity, user),
  };
  const identity = building.use(
    openIdentity({
      accounts,
      serverName: config.serverName,
      registration: config.registration,
      effects: {
        onAccountCreated: fediverse.effects.onAccountCreated,
        async onProfileChanged(user, profile) {
          await spreadProfile(roomsParts, user, memberProfile(profile));
          await fediverse.effects.onProfileChanged(user, profile);
        },
        async onAccountDeactivated(user) {
          await leaveAllRooms(roomsParts, user);
          await fediverse.effects.onAccountDeactivated(user);
        },
      },
      isNameTaken: (localpart) => isAlias(fediverse.social, localpart),
      clock,
      random,
      logger,
    }),
  );
  const sync = building.use(await Sync.open({ rooms, accounts, transitory }, { clock, logger }));
  const typing = building.use(await Typing.open({ rooms, transitory, clock, logger }));
  const rateLimits = config.rateLimits ? makeRateLimits(clock) : noRateLimits;
  const operations = [
    ...accountOperations({ identity, rateLimits }),
    ...roomWritingOperations(roomsParts),
    ...roomReadingOperations({
      reading: { rooms, clock },
      receipts: { rooms, identity, clock },
      typing,
      sync,
      identity,
    }),
    ...fediverse.operations,
    wellKnownClient(config.publicUrl),
    wellKnownServer(config.publicUrl),
    versions(),
    capabilities(),
  ];
  const handler = makeRouter({
    operations,
    authenticate: (token, clientAddress) => authenticate(identity, token, clientAddress),
    rateLimits,
    clientAddress: makeClientAddress(config.trustedProxies),
    accessTokensInQuery: config.accessTokensInQuery,
    logger,
    random,
    ...(observe ? { observe } : {}),
  });
  const administration: AdministrationImplementation = {
    ...administerAccounts(identity, fediverse.social),
    ...administerKeys({
      rooms: { store: stores.rooms, tables: rooms.tables },
      accounts: { store: stores.accounts, tables: accounts.tables },
      transitory: { store: stores.transitory, tables: transitory.tables },
      ...(records.inStore ? { social: { store: stores.social, tables: records.inStore.tables } } : {}),
    }),
    ...administerChecks({
      rooms: rooms.check,
      accounts: accounts.check,
      transitory: transitory.check,
      social: fediverse.database.check,
    }),
    ...administerSocial(fediverse.social, identity),
  };
  startTending(
    {
      stores,
      databases: { rooms, accounts, transitory, ...(records.inStore ? { social: records.inStore } : {}) },
      clock,
      logger,
    },
    building,
  );
  // What a crash left half done is completed while the server already answers.
  const repair = repairAccounts(identity);
  building.defer(() => repair.then(() => undefined));
  const built = building.move();
  const failed = untilOneFails(stores);
  return { handler, operations, administration, failed, [Symbol.asyncDispose]: () => built.disposeAsync() };
}

/**
 * Refuses a back end that would make the server look as if it had lost all that it had: a file that is gone, which SQLite
 * would make anew; anything but the store, where a server ran before data directories knew where the records are.
 */
async function assertInPlace(store: Store, { dataDirectory, socialRecords }: Config): Promise<void> {
  const kept = readSocialRecords(dataDirectory);
  const file = /^sqlite:(.+)$/.exec(socialRecords)?.[1];
  if (kept !== undefined && file !== undefined && !existsSync(file)) {
    throw new ConfigError(`The social records of this server are in ${kept}, and there is no such file.`);
  }
  if (kept === undefined && socialRecords !== 'store:' && (await hasAccounts(store))) {
    throw new ConfigError(
      `The social records of this server are in store:, and not in ${publicSocialRecordsUri(socialRecords)}. They are ` +
        'moved by "hearth social copy --from store: --to … --switch".',
    );
  }
}

/** What member events show of a local user; undefined where there is no such account, or no longer. */
async function profileOf(identity: Identity, user: UserId): Promise<MemberProfile | undefined> {
  try {
    return memberProfile(await getProfile(identity, user));
  } catch (error) {
    if (error instanceof ProtocolError && error.kind === 'notFound') return undefined;
    throw error;
  }
}

function memberProfile(profile: JsonObject): MemberProfile {
  const [displayname, avatar_url] = [ownString(profile, 'displayname'), ownString(profile, 'avatar_url')];
  return {
    ...(displayname === undefined ? {} : { displayname }),
    ...(avatar_url === undefined ? {} : { avatar_url }),
  };
}
