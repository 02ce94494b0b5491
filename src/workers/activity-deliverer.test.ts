import { generateKeyPairSync } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openStoreEngine } from '#databases/social/engines/store/open-store-engine';
import type { DeliveryRecord } from '#databases/social/records/deliveries';
import { openSocialDatabase, type SocialDatabase } from '#databases/social/social-database';
import { type DeliveriesParts, openDeliveries } from '#domain/social/deliveries/deliveries';
import type { DeliveryResult, Parcel } from '#network/deliver-activity';
import { digestHeader } from '#protocol/activitypub/digest';
import type { Uri } from '#protocol/activitypub/uris';
import type { Engine } from '#store/contract';
import { makeFaultyEngine } from '#store/engines/faulty';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';
import { systemClock } from '#support/clock';
import {
  deliveryAgeMsMax,
  deliveryPauseMsMax,
  deliveryPauseMsMin,
  directInboxesMax,
  listingDelayMs,
  workLeaseMs,
  workRestMs,
} from '#support/limits';
import { type Logger, silentLogger } from '#support/logging';
import { type Random, seededRandom } from '#support/random';
import { simulateClock } from '#support/simulated-clock';
import { makeLaggingEngine } from '#test/fixtures/lagging-engine';
import { Life, mortalDatabase } from '#test/fixtures/mortal-database';
import { startActivityDeliverer } from '#workers/activity-deliverer';

const actor = 'https://here.example/users/alice';
const rsaPrivateKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

const taken: DeliveryResult = { outcome: 'delivered', status: 202, health: 'alive' };
const noAnswer: DeliveryResult = { outcome: 'retry', reason: 'no answer', health: 'failing' };

interface Arrival {
  readonly activity: string;
  readonly inbox: string;
  readonly host: string;
  readonly at: number;
  readonly parcel: Parcel;
}

/** A database with one account, a world that answers deliveries, and a clock that both go by. */
async function openScene(
  engine: Engine = openMemoryEngine(),
  random: Random = seededRandom('scene'),
  lagMs = 0,
) {
  const clock = simulateClock();
  const store = makeStore(engine);
  const records = await openStoreEngine(store);
  const social = openSocialDatabase(lagMs > 0 ? makeLaggingEngine(records, clock, lagMs) : records);
  await social.write((writer) =>
    writer.addAccount({
      name: 'alice',
      createdAt: 1,
      rsaPrivateKey,
      ed25519PrivateKey: '',
      manuallyApprovesFollowers: false,
      discoverable: true,
    }),
  );
  const arrivals: Arrival[] = [];
  const world = {
    arrivals,
    /** What a host answers; scripted by tests. */
    answer: async (_arrival: Arrival): Promise<DeliveryResult> => taken,
    async deliver(parcel: Parcel): Promise<DeliveryResult> {
      const activity = JSON.parse(Buffer.from(parcel.body).toString()).id;
      const { host } = new URL(parcel.inbox);
      const arrival = { activity, inbox: parcel.inbox, host, at: clock.now(), parcel };
      arrivals.push(arrival);
      return world.answer(arrival);
    },
  };
  const parts: DeliveriesParts = {
    social,
    deliver: (parcel) => world.deliver(parcel),
    clock,
    random,
    logger: silentLogger,
  };

  /** Stores an activity and queues it, in one transaction. */
  async function post(name: string, inboxes: readonly string[], toFollowers = false): Promise<string> {
    const uri = `${actor}/activities/${name}` as Uri;
    await social.write(async (writer) => {
      const activity = {
        uri,
        type: 'Create',
        actor: actor as Uri,
        object: `${actor}/posts/${name}` as Uri,
        account: 'alice',
        listed: false,
        storedAt: clock.now(),
      };
      await writer.addActivity(activity, JSON.stringify({ id: uri, type: 'Create' }));
      const to = { inboxes: inboxes as readonly Uri[], toFollowers };
      await writer.deliveries.queue({ activity: uri, account: 'alice', ...to, now: clock.now() });
    });
    return uri;
  }

  /** Lets what can happen happen, and time pass from event to event, until it is so. */
  async function until(isSo: () => boolean | Promise<boolean>, withTime = true): Promise<void> {
    for (let step = 0; step < 20_000; step++) {
      for (let turn = 0; turn < 4; turn++) await setImmediate();
      if (await isSo()) return;
      if (withTime) clock.advanceToNext();
    }
    throw new Error('it never came to be so');
  }

  const isDrained = async () =>
    social.read(async ({ deliveries }) => {
      const [turns, later, fanOut] = await Promise.all([
        deliveries.immediateTurns(1),
        deliveries.nextTurnAt(0),
        deliveries.oldestFanOut(),
      ]);
      return turns.length === 0 && later === undefined && fanOut === undefined;
    });

  return { store, social, clock, world, parts, post, until, isDrained };
}

async function logOf(social: SocialDatabase): Promise<readonly DeliveryRecord[]> {
  return social.read(
    async ({ deliveries }) =>
      (await deliveries.ofAccount('alice', { limit: 1_000, oldestFirst: true })).items,
  );
}

describe('the deliverer', () => {
  it('posts what is queued, signed by the key that the actor publishes, and keeps a log', async () => {
    const { store, social, world, parts, post, until, isDrained, clock } = await openScene();
    const activity = await post('1', ['https://one.example/inbox', 'https://two.example/inbox']);
    await using _deliverer = startActivityDeliverer(openDeliveries(parts));
    await until(isDrained);
    expect(world.arrivals.map(({ inbox }) => inbox).toSorted()).toEqual([
      'https://one.example/inbox',
      'https://two.example/inbox',
    ]);
    const { parcel } = world.arrivals[0] as Arrival;
    expect(parcel.key.id).toBe(`${actor}#main-key`);
    expect(parcel.key.privateKey.asymmetricKeyType).toBe('rsa');
    expect(parcel.digest).toBe(digestHeader(parcel.body));
    const log = await logOf(social);
    expect(log).toHaveLength(2);
    for (const entry of log) {
      expect(entry).toMatchObject({ activity, state: 'delivered', attempts: 1, history: [{ status: 202 }] });
      expect(entry.history[0]?.at).toBe(clock.now());
    }
    await _deliverer[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });

  it('wakes when something is queued, without waiting for a time', async () => {
    const { clock, world, parts, post, until } = await openScene();
    await using _deliverer = startActivityDeliverer(openDeliveries(parts));
    for (let index = 1; index <= 3; index++) {
      // What came before is done with, and the rest after it is over.
      for (let look = 0; look < 2; look++) {
        await until(() => true, false);
        clock.advance(workRestMs);
      }
      await post(`${index}`, ['https://one.example/inbox']);
      await until(() => world.arrivals.length === index, false);
    }
  });

  it('keeps the order of each host, whichever of its inboxes', async () => {
    const { world, parts, post, until, isDrained } = await openScene();
    const sent: string[] = [];
    for (let index = 0; index < 50; index++) {
      sent.push(await post(`${index}`, [`https://one.example/users/${index % 7}/inbox`]));
    }
    await using _deliverer = startActivityDeliverer(openDeliveries(parts));
    await until(isDrained);
    expect(world.arrivals.map(({ activity }) => activity)).toEqual(sent);
  });

  it('lets no slow host delay another', async () => {
    const { social, world, parts, post, until, isDrained } = await openScene();
    const { promise: answered, resolve } = Promise.withResolvers<DeliveryResult>();
    world.answer = async ({ host }) => (host === 'slow.example' ? answered : taken);
    await using _deliverer = startActivityDeliverer(openDeliveries(parts));
    for (let index = 0; index < 5; index++) {
      await post(`${index}`, ['https://slow.example/inbox', 'https://quick.example/inbox']);
    }
    const count = (name: string) => world.arrivals.filter(({ host }) => host === name).length;
    await until(() => count('quick.example') === 5);
    expect(count('slow.example')).toBe(1);
    resolve(taken);
    await until(isDrained);
    expect((await logOf(social)).every(({ state }) => state === 'delivered')).toBe(true);
  });

  it('holds back a host that fails, tries it with one delivery, and then goes on in order', async () => {
    const { social, world, parts, post, until, isDrained } = await openScene();
    let failures = 5;
    world.answer = async ({ host }) => (host === 'down.example' && failures-- > 0 ? noAnswer : taken);
    await using _deliverer = startActivityDeliverer(openDeliveries(parts));
    const sent: string[] = [];
    for (let index = 0; index < 30; index++) {
      sent.push(await post(`${index}`, ['https://down.example/inbox']));
    }
    await until(isDrained);
    const tried = world.arrivals.map(({ activity }) => activity);
    expect(tried).toEqual([...Array<string>(5).fill(sent[0] as string), ...sent]);
    const times = world.arrivals.map(({ at }) => at);
    for (let index = 1; index <= 5; index++) {
      const pause = (times[index] as number) - (times[index - 1] as number);
      expect(pause).toBeGreaterThanOrEqual(deliveryPauseMsMin * 2 ** (index - 1));
    }
    expect((times.at(-1) as number) - (times[5] as number)).toBeLessThan(deliveryPauseMsMin);
    expect(await social.read(({ deliveries }) => deliveries.failingHost('down.example'))).toBeUndefined();
  });

  it('gives up on a host that is dead for a week, and keeps nothing of it but the log', async () => {
    const { social, clock, world, parts, post, until, isDrained } = await openScene();
    world.answer = async () => noAnswer;
    await using _deliverer = startActivityDeliverer(openDeliveries(parts));
    for (let index = 0; index < 60; index++) await post(`${index}`, ['https://dead.example/inbox']);
    for (let passed = 0; passed <= deliveryAgeMsMax + deliveryPauseMsMax; passed += deliveryPauseMsMax / 4) {
      await until(() => true);
      clock.advance(deliveryPauseMsMax / 4);
    }
    await until(isDrained);
    const log = await logOf(social);
    expect(log.map(({ state }) => state)).toEqual(Array<string>(60).fill('failed'));
    expect(world.arrivals.length).toBeLessThan(60);
    expect(await social.read(({ deliveries }) => deliveries.failingHost('dead.example'))).toBeUndefined();
    expect(await Array.fromAsync(social.check())).toEqual([]);
  });

  it('goes on when our own side fails, after a pause', async () => {
    const scene = await openScene();
    const { world, parts, post, until, isDrained, clock } = scene;
    const errors: string[] = [];
    const logger: Logger = { ...silentLogger, error: (_fields, message) => errors.push(message) };
    let failures = 3;
    const social: SocialDatabase = {
      ...parts.social,
      writeHolding: (lease, body) => {
        if (failures-- > 0) return Promise.reject(new Error('the disk is full'));
        return parts.social.writeHolding(lease, body);
      },
    };
    await using _deliverer = startActivityDeliverer(openDeliveries({ ...parts, social, logger }));
    const started = clock.now();
    await post('1', ['https://one.example/inbox']);
    await until(isDrained);
    expect(errors).toHaveLength(3);
    expect(world.arrivals).toHaveLength(4);
    expect(clock.now()).toBeGreaterThan(started);
  });

  it('is one at a time, however many processes run one; a stopped one hands over at once', async () => {
    const { clock, world, parts, post, until, isDrained } = await openScene();
    const first = startActivityDeliverer(openDeliveries(parts));
    const second = startActivityDeliverer(openDeliveries(parts));
    for (let index = 0; index < 20; index++) {
      await post(`${index}`, ['https://one.example/inbox', 'https://two.example/inbox']);
    }
    await until(isDrained);
    expect(world.arrivals).toHaveLength(40);
    await first[Symbol.asyncDispose]();
    await second[Symbol.asyncDispose]();
    await using _third = startActivityDeliverer(openDeliveries(parts));
    const stopped = clock.now();
    await post('last', ['https://one.example/inbox']);
    await until(isDrained);
    expect(world.arrivals).toHaveLength(41);
    expect(clock.now() - stopped).toBeLessThan(1_000);
  });

  it('does not wait for one of its own name, which has died', async () => {
    const { social, clock, world, parts, post, until } = await openScene();
    const nowMs = clock.now();
    await social.acquireLease({
      work: 'deliveries',
      holder: 'me',
      fence: 'first',
      nowMs,
      durationMs: workLeaseMs,
    });
    await post('a', ['https://one.example/inbox']);
    await using _deliverer = startActivityDeliverer(openDeliveries(parts), 'me');
    await until(() => world.arrivals.length === 1, false);
  });

  it('writes nothing any more once another process has taken over', async () => {
    const { social, clock, world, parts, post, until, isDrained } = await openScene();
    const { promise: late, resolve } = Promise.withResolvers<DeliveryResult>();
    world.answer = async () => (world.arrivals.length === 1 ? late : taken);
    // This one stalls: it neither renews its lease nor learns that it has lost it.
    const stalled = { ...social, renewLease: () => new Promise<never>(() => undefined) };
    startActivityDeliverer(openDeliveries({ ...parts, social: stalled }));
    await post('1', ['https://one.example/inbox']);
    await until(() => world.arrivals.length === 1);
    clock.advance(workLeaseMs);
    await using _second = startActivityDeliverer(openDeliveries(parts));
    await until(isDrained);
    const log = await logOf(social);
    resolve({ outcome: 'refused', status: 410, reason: 'answered 410', gone: true, health: 'alive' });
    await until(() => true);
    expect(world.arrivals).toHaveLength(2);
    expect(log).toMatchObject([{ state: 'delivered', attempts: 1 }]);
    expect(await logOf(social)).toEqual(log);
  });
});

/** Too many for one transaction, on a few hosts. */
function addFollowers(social: SocialDatabase, count: number, hosts = 7): Promise<void> {
  return social.write(async (writer) => {
    for (let index = 0; index < count; index++) {
      const who = `https://host${index % hosts}.example/users/${index}`;
      const inbox = `${who}/inbox` as Uri;
      const relation = { account: 'alice', state: 'accepted', follows: [], since: 1 } as const;
      await writer.putFollower({ ...relation, actor: who as Uri, inbox });
    }
  });
}

describe('on a back end whose listings lag', () => {
  it('looks for a fan-out again, which was not listed yet when it was stored', async () => {
    const engine = openMemoryEngine();
    const { social, clock, world, parts, post, until } = await openScene(
      engine,
      seededRandom('lag'),
      listingDelayMs - 1,
    );
    const followers = directInboxesMax + 5;
    await addFollowers(social, followers);
    await using _deliverer = startActivityDeliverer(openDeliveries(parts));
    await until(() => true);
    const postedAt = clock.now();
    await post('all', [], true);
    await until(() => world.arrivals.length === followers);
    expect(clock.now() - postedAt).toBeLessThan(3 * listingDelayMs);
  });

  it('loses no delivery that is queued while a host is served, and none of a fan-out', async () => {
    const lagMs = listingDelayMs - 1;
    const { social, clock, world, parts, post, until, isDrained } = await openScene(
      openMemoryEngine(),
      seededRandom('lag'),
      lagMs,
    );
    const followers = directInboxesMax + 5;
    await addFollowers(social, followers);
    const sent: string[] = [];
    let answered = 0;
    world.answer = async () => {
      if (answered++ < 10) sent.push(await post(`late${answered}`, ['https://one.example/inbox']));
      return taken;
    };
    await using _deliverer = startActivityDeliverer(openDeliveries(parts));
    sent.push(await post('first', ['https://one.example/inbox']));
    const toAll = await post('all', [], true);
    await until(() => world.arrivals.length === 11 + followers);
    clock.advance(2 * listingDelayMs);
    await until(isDrained);
    const arrived = world.arrivals.map(({ activity, inbox }) => `${activity} ${inbox}`);
    expect(new Set(arrived).size).toBe(11 + followers);
    expect(world.arrivals.filter(({ activity }) => activity === toAll)).toHaveLength(followers);
    expect(world.arrivals.map(({ activity }) => activity)).toEqual(expect.arrayContaining(sent));
    const pending = (await logOf(social)).filter(({ state }) => state === 'pending');
    expect(pending).toEqual([]);
  });
});

describe('a fan-out', () => {
  it('is expanded while outcomes of the same hosts gather, on a store that takes its time', async () => {
    const { social, world, parts, post, until, isDrained } = await openScene();
    const followers = 5 * directInboxesMax;
    await addFollowers(social, followers, 60);
    const slow: SocialDatabase = {
      ...social,
      async writeHolding(lease, body, options) {
        for (let turn = 0; turn < 3; turn++) await setImmediate();
        return social.writeHolding(lease, body, options);
      },
    };
    world.answer = async ({ host }) => {
      // Each host takes a time of its own, so that answers come in at all moments.
      for (let turn = 0; turn < Number(host[4]); turn++) await setImmediate();
      return taken;
    };
    const failures: unknown[] = [];
    const logger: Logger = { ...silentLogger, error: (fields) => failures.push(fields) };
    for (let index = 0; index < 3; index++) await post(`${index}`, [], true);
    await using _deliverer = startActivityDeliverer(openDeliveries({ ...parts, social: slow, logger }));
    await until(isDrained);
    expect(failures).toEqual([]);
    expect(world.arrivals).toHaveLength(3 * followers);
    expect(await Array.fromAsync(social.check())).toEqual([]);
  });

  it('posts once to each server of ten thousand followers, with one body for all', async () => {
    const { social, world, parts, post, until, isDrained } = await openScene();
    const hosts = 500;
    const follow = (index: number) => {
      const host = `https://host${index % hosts}.example`;
      const relation = { account: 'alice', state: 'accepted', follows: [], since: 1 } as const;
      const who = { actor: `${host}/users/${index}` as Uri, inbox: `${host}/users/${index}/inbox` as Uri };
      return { ...relation, ...who, sharedInbox: `${host}/inbox` as Uri };
    };
    for (let begin = 0; begin < 10_000; begin += 500) {
      await social.write(async (writer) => {
        for (let index = begin; index < begin + 500; index++) await writer.putFollower(follow(index));
      });
    }
    let concurrent = 0;
    let concurrentMax = 0;
    world.answer = async () => {
      concurrentMax = Math.max(concurrentMax, ++concurrent);
      await setImmediate();
      concurrent--;
      return taken;
    };
    const activity = await post('1', ['https://host3.example/inbox'], true);
    await social.write((writer) =>
      writer.putFollower({
        ...follow(1),
        actor: 'https://late.example/1' as Uri,
        sharedInbox: 'https://late.example/inbox' as Uri,
      }),
    );
    let turnsOfTheEventLoop = 0;
    let pages = 0;
    const counted: SocialDatabase = {
      ...social,
      writeHolding: (lease, body) => {
        pages++;
        return social.writeHolding(lease, body);
      },
    };
    await using _deliverer = startActivityDeliverer(openDeliveries({ ...parts, social: counted }));
    await until(async () => {
      turnsOfTheEventLoop++;
      return isDrained();
    });
    expect(world.arrivals).toHaveLength(hosts);
    expect(new Set(world.arrivals.map(({ inbox }) => inbox)).size).toBe(hosts);
    expect(world.arrivals.some(({ host }) => host === 'late.example')).toBe(false);
    expect(new Set(world.arrivals.map(({ parcel }) => parcel.body)).size).toBe(1);
    expect(concurrentMax).toBeGreaterThan(10);
    expect(turnsOfTheEventLoop).toBeGreaterThan(3);
    expect(pages).toBeLessThan(hosts + 10);
    const log = await social.read(({ deliveries }) => deliveries.ofActivity(activity as Uri, 1_000));
    expect(log.filter(({ state }) => state === 'delivered')).toHaveLength(hosts);
    expect(await Array.fromAsync(social.check())).toEqual([]);
  });
});

function mortal(parts: DeliveriesParts, life: Life): DeliveriesParts {
  return {
    ...parts,
    deliver: (parcel, signal) => life.call(() => parts.deliver(parcel, signal)),
    social: mortalDatabase(parts.social, life),
  };
}

describe('killed at any moment, on a store that loses outcomes', () => {
  it('loses no delivery, repeats at most what was under way, and keeps each host in order', async () => {
    const crash = fc.record({ calls: fc.integer({ min: 0, max: 60 }), takesPlace: fc.boolean() });
    const plan = fc.record({
      seed: fc.string(),
      crashes: fc.array(crash, { maxLength: 4 }),
      posts: fc.array(fc.subarray([0, 1, 2, 3], { minLength: 1 }), { minLength: 1, maxLength: 8 }),
      failuresPerHost: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ seed, crashes, posts, failuresPerHost }) => {
        const random = seededRandom(seed);
        const engine = makeFaultyEngine(openMemoryEngine(), {
          clock: systemClock,
          random,
          chances: { conflict: 0.03, unknownApplied: 0.03, unknownNotApplied: 0.03 },
        });
        const { store, social, world, parts, post, until, isDrained } = await openScene(engine, random);
        const failures = new Map(failuresPerHost.map((count, index) => [`host${index}.example`, count]));
        const accepted: Arrival[] = [];
        world.answer = async (arrival) => {
          const left = failures.get(arrival.host) ?? 0;
          failures.set(arrival.host, left - 1);
          if (left > 0) return noAnswer;
          accepted.push(arrival);
          return taken;
        };
        const expected: string[] = [];
        const queueAll = (async () => {
          for (const [index, hosts] of posts.entries()) {
            const inboxes = hosts.map((host) => `https://host${host}.example/inbox`);
            const activity = await post(`${index}`, inboxes);
            for (const inbox of inboxes) expected.push(`${activity} ${inbox}`);
          }
        })();
        for (const { calls, takesPlace } of crashes) {
          const life = new Life(calls, takesPlace);
          startActivityDeliverer(openDeliveries(mortal(parts, life)));
          await queueAll;
          await until(async () => life.isOver || isDrained());
          // One that had too little to do to come so far is killed where it stands.
          life.isOver = true;
        }
        const last = startActivityDeliverer(openDeliveries(parts));
        await queueAll;
        await until(isDrained);
        const counts = new Map<string, number>();
        for (const { activity, inbox } of accepted) {
          const name = `${activity} ${inbox}`;
          counts.set(name, (counts.get(name) ?? 0) + 1);
        }
        expect([...counts.keys()].toSorted()).toEqual(expected.toSorted());
        const repeated = [...counts.values()].reduce((sum, count) => sum + count - 1, 0);
        // Each life has at most one delivery of each host under way when it ends.
        expect(repeated).toBeLessThanOrEqual(crashes.length * failures.size);
        if (crashes.length === 0) expect(repeated).toBe(0);
        for (const host of failures.keys()) {
          const first = [
            ...new Set(accepted.filter((one) => one.host === host).map(({ activity }) => activity)),
          ];
          const queued = expected
            .filter((name) => name.includes(`/${host}/`))
            .map((name) => name.split(' ')[0]);
          expect(first).toEqual(queued);
        }
        expect((await logOf(social)).every(({ state }) => state === 'delivered')).toBe(true);
        expect(await Array.fromAsync(social.check())).toEqual([]);
        await last[Symbol.asyncDispose]();
        await store[Symbol.asyncDispose]();
      }),
      { numRuns: 40 },
    );
  });
});
