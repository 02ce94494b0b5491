// A post to many followers, carried out: from the command until the last inbox has it, beside a limit program that does
// only what each delivery cannot avoid. Each inbox must get it, once.
import type { Administration } from '#app/administration';
import { connectToServer } from '#app/control/control-client';
import { type Child, startChild, startHearth, untilIdle } from './child.ts';
import { addFollowers, type NewFollower } from './followers.ts';
import { median } from './people.ts';
import { RawClient } from './raw-client.ts';
import { type Sink, startSink } from './sink.ts';

const lookEveryMs = 20;
/** Whose followers have an inbox each, and whose have one for each host. */
const [author, sharedAuthor] = ['author', 'sharer'];

export interface DeliverySize {
  readonly followers: number;
  readonly hosts: number;
  readonly rounds: number;
}

interface Deliveries {
  readonly perSecond: number;
  /** Microseconds of the program's processor time for each. */
  readonly cpuUs: number;
  /** How far the program's memory rose above what it had before, in megabytes. */
  readonly growthMb: number;
  /** The longest that its event loop was held up, in milliseconds. */
  readonly loopDelayMs: number;
}

export interface DeliveryFigures {
  readonly followers: number;
  readonly hosts: number;
  readonly hearth: Deliveries;
  readonly limit: Deliveries;
  /** Milliseconds from the command until the last of the hosts' shared inboxes has a post. */
  readonly sharedMs: number;
}

/**
 * @param dataDirectory of a server that is stopped, or a new one
 * @param social where its social records are
 */
export async function measureDeliveries(
  dataDirectory: string,
  social: string,
  size: DeliverySize,
): Promise<DeliveryFigures> {
  const { followers: followerCount, hosts: hostCount, rounds } = size;
  await using sink = await startSink(hostCount);
  const followers = followersOf(author, followerCount, sink.ports, false);
  await addAuthors(dataDirectory, social);
  const sharing = followersOf(sharedAuthor, followerCount, sink.ports, true);
  await addFollowers(dataDirectory, social, [...followers, ...sharing]);

  await using hearth = await startHearth(dataDirectory, social);
  await using control = await connectToServer(dataDirectory);
  if (!control) throw new Error('the server has no control socket');
  const { administration } = control;
  await using limit = await startChild('bench/server/delivery-limit-program.ts', ['{port}'], '/');
  const limitClient = await RawClient.open(limit.port);
  const inboxes = followers.map(({ inbox }) => inbox);

  const measured: { hearth: Deliveries[]; limit: Deliveries[]; sharedMs: number[] } = {
    hearth: [],
    limit: [],
    sharedMs: [],
  };
  for (let round = 0; round <= rounds; round++) {
    const ours = await deliver(sink, hearth, followerCount, () => post(administration, author, round));
    const { body } = await sink.look();
    const theirs = await deliver(sink, limit, followerCount, () =>
      limitClient.request('POST', '/', undefined, JSON.stringify({ body, inboxes })),
    );
    const shared = await deliver(sink, hearth, hostCount, () => post(administration, sharedAuthor, round));
    if (round === 0) continue; // warms everything up
    measured.hearth.push(ours);
    measured.limit.push(theirs);
    measured.sharedMs.push((hostCount * 1_000) / shared.perSecond);
  }
  limitClient.close();
  await requireAllDelivered(administration, (rounds + 1) * followerCount);
  return {
    followers: followerCount,
    hosts: hostCount,
    hearth: medians(measured.hearth),
    limit: medians(measured.limit),
    sharedMs: median(measured.sharedMs),
  };
}

/** Actors elsewhere, spread over the hosts. */
function followersOf(
  account: string,
  count: number,
  ports: readonly number[],
  areShared: boolean,
): NewFollower[] {
  return Array.from({ length: count }, (_, index) => {
    const origin = `http://127.0.0.1:${ports[index % ports.length]}`;
    const actor = `${origin}/users/${account}-follower${index}`;
    const follower = { account, actor, inbox: `${actor}/inbox` };
    return areShared ? { ...follower, sharedInbox: `${origin}/inbox` } : follower;
  });
}

async function addAuthors(dataDirectory: string, social: string): Promise<void> {
  await using _hearth = await startHearth(dataDirectory, social);
  await using control = await connectToServer(dataDirectory);
  for (const name of [author, sharedAuthor]) {
    await control?.administration.addAccount({ name, password: 'correct horse battery' });
  }
}

async function post(administration: Administration, account: string, round: number): Promise<void> {
  const text = `Round ${round}: the first frost came last night, and the dahlias are over. Soup for a week.`;
  await administration.post({ account, text });
}

/** Runs what delivers to `count` inboxes. @throws Error where one got it twice */
async function deliver(
  sink: Sink,
  program: Child,
  count: number,
  begin: () => Promise<unknown>,
): Promise<Deliveries> {
  await sink.reset();
  await untilIdle(program);
  const cpuBefore = program.cpuMs();
  using memory = watchMemory(program);
  await program.toggleLoopDelay();
  const begun = Date.now();
  const [{ lastAt }] = await Promise.all([sink.untilReached(count), begin()]);
  const loopDelayMs = await program.toggleLoopDelay();
  // What came of the deliveries is still being stored.
  await untilIdle(program);
  const cpuUs = ((program.cpuMs() - cpuBefore) * 1_000) / count;
  const growthMb = memory.growthMb();
  const { inboxes, posts } = await sink.look();
  if (inboxes !== count || posts !== count) {
    throw new Error(`${count} inboxes were to get one post each: ${inboxes} got ${posts}`);
  }
  return { perSecond: (count * 1_000) / (lastAt - begun), cpuUs, growthMb, loopDelayMs };
}

function watchMemory(program: Child): Disposable & { growthMb(): number } {
  const before = program.residentMb();
  let highest = before;
  const look = () => {
    highest = Math.max(highest, program.residentMb());
  };
  const looking = setInterval(look, lookEveryMs);
  return {
    growthMb() {
      look();
      return highest - before;
    },
    [Symbol.dispose]: () => clearInterval(looking),
  };
}

/** The server's own log must say so, too. */
async function requireAllDelivered(administration: Administration, count: number): Promise<void> {
  let delivered = 0;
  for (let after: string | undefined; ; ) {
    const page = await administration.deliveries({ account: author, limit: 1_000, after });
    delivered += page.deliveries.filter(
      ({ state, attempts }) => state === 'delivered' && attempts === 1,
    ).length;
    if (page.next === undefined) break;
    after = page.next;
  }
  if (delivered !== count) throw new Error(`${delivered} of ${count} deliveries are noted as delivered`);
}

function medians(all: readonly Deliveries[]): Deliveries {
  return {
    perSecond: median(all.map(({ perSecond }) => perSecond)),
    cpuUs: median(all.map(({ cpuUs }) => cpuUs)),
    growthMb: median(all.map(({ growthMb }) => growthMb)),
    loopDelayMs: median(all.map(({ loopDelayMs }) => loopDelayMs)),
  };
}
