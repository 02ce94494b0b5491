// The fediverse's half of a server, composed: its database, the way to other servers, the queue that is carried out, and
// what others may ask of it.
import type { Config } from '#app/config/config';
import { openHooks } from '#app/hooks/open-hooks';
import { software } from '#app/software';
import type { RecordEngine } from '#databases/social/record-engine';
import { openSocialDatabase, type SocialDatabase } from '#databases/social/social-database';
import type { AccountEffects } from '#domain/identity/account-effects';
import { openDeliveries } from '#domain/social/deliveries/deliveries';
import { ensureActor } from '#domain/social/local-actors';
import { retireActor } from '#domain/social/retire-actor';
import { openSocial, type Social } from '#domain/social/social';
import { openTasks } from '#domain/social/tasks/carry-out-task';
import { taskSteps } from '#domain/social/tasks/task-steps';
import { setDisplayName } from '#domain/social/update-actor';
import { activitypubOperations } from '#http/activitypub/activitypub-operations';
import { fediverseDiscoveryOperations } from '#http/discovery/fediverse-discovery-operations';
import type { Operation } from '#http/operation';
import { homePage } from '#http/web/home-page';
import { deliverActivity, type Parcel } from '#network/deliver-activity';
import { openDialler } from '#network/dialler';
import { postThrough } from '#network/posting';
import type { Transport } from '#network/transport';
import { parseOrigin } from '#protocol/activitypub/uris';
import { localpartOf } from '#protocol/matrix/identifiers';
import { ownString } from '#protocol/matrix/json';
import type { Clock } from '#support/clock';
import type { Logger } from '#support/logging';
import type { Random } from '#support/random';
import { startActivityDeliverer } from '#workers/activity-deliverer';
import { startTaskRunner } from '#workers/task-runner';

export interface FediverseParts {
  readonly config: Pick<Config, 'publicUrl' | 'serverName' | 'allowPrivateNetwork' | 'registration'> &
    Partial<Pick<Config, 'hooks'>>;
  readonly engine: RecordEngine;
  /** No other process can have the records open: whoever held anything in it before has ended. */
  readonly isSoleProcess?: boolean;
  /** False where what is queued waits for another process. */
  readonly carriesOut?: boolean;
  /** The way to other servers, where several are joined in one process; a dialler of its own without it. */
  readonly transport?: Transport | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export interface Fediverse extends AsyncDisposable {
  readonly database: SocialDatabase;
  readonly social: Social;
  readonly operations: readonly Operation[];
  /** What changes to accounts bring about here. */
  readonly effects: AccountEffects;
}

/** Who works on the queues where there can be only one: after a crash the next process goes on at once, without waiting for a lease. */
const soleHolder = 'the only process';

/** The back end stays its owner's. */
export async function openFediverse(parts: FediverseParts): Promise<Fediverse> {
  const { config, engine, clock, random, logger } = parts;
  await using building = new AsyncDisposableStack();
  const database = openSocialDatabase(engine);
  const policy = { allowPrivateNetwork: config.allowPrivateNetwork };
  const userAgent = `${software.name}/${software.version} (+${config.publicUrl})`;
  const { transport, post } = parts.transport
    ? { transport: parts.transport, post: postThrough(parts.transport) }
    : building.use(openDialler({ ...policy, userAgent }));
  const origin = parseOrigin(config.publicUrl);
  const { serverName, registration } = config;
  // Its own way, since it may lead into the network of the house.
  const hookDialler = building.use(openDialler({ allowPrivateNetwork: true, userAgent }));
  const hooks = config.hooks && openHooks(config.hooks, hookDialler.transport);
  const social = openSocial({ database, origin, serverName, transport, policy, clock, random, hooks });
  const holder = parts.isSoleProcess ? soleHolder : undefined;
  const courier = { post, clock, ...policy };
  // What keeps nothing has no queues either.
  if (database.promises.keeps && parts.carriesOut !== false) {
    const deliver = (parcel: Parcel, signal: AbortSignal) => deliverActivity(courier, parcel, signal);
    const deliveries = openDeliveries({ social: database, deliver, clock, random, logger });
    building.use(startActivityDeliverer(deliveries, holder));
    building.use(startTaskRunner(openTasks(social, logger, taskSteps), holder));
  }
  const built = building.move();
  return {
    database,
    social,
    operations: [
      ...activitypubOperations(social),
      ...fediverseDiscoveryOperations(social, { software, openRegistrations: registration === 'open' }),
      homePage(social, { registration }),
    ],
    effects: {
      onAccountCreated: (user) => ensureActor(social, localpartOf(user)),
      onProfileChanged: (user, profile) =>
        setDisplayName(social, localpartOf(user), ownString(profile, 'displayname')),
      onAccountDeactivated: (user) => retireActor(social, localpartOf(user)),
    },
    [Symbol.asyncDispose]: () => built.disposeAsync(),
  };
}
