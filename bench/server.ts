// `npm run bench:server`: what the whole server does, measured from outside over loopback HTTP. Ratios are between
// programs in this run; absolute figures belong to this machine. Names of parts behind `--` run only those (`fediverse` is
// `inbox` and `deliveries`, of a size that `--followers`, `--hosts` and `--rounds` tell, on the back end of the social records
// that `--social` names: `sqlite:` or `postgres:` alone is an empty one); `--million` runs none unless named, and the
// start-up with a million events, which take minutes to make.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from './machine.ts';
import { startHearth } from './server/child.ts';
import { type DeliverySize, measureDeliveries } from './server/deliveries.ts';
import { measureDisk } from './server/disk.ts';
import { measureIdleSync } from './server/idle-sync.ts';
import { measureInbox } from './server/inbox.ts';
import { measureLatency } from './server/latency.ts';
import { openSocialPlace } from './server/social-place.ts';
import { measureStartUp, measureStartUpWith, type StartUp } from './server/start-up.ts';
import { measureThroughput } from './server/throughput.ts';

const line = (name: string, figure: string): void => console.log(`${name.padEnd(58)} ${figure}`);

async function reportMessages(directory: string): Promise<void> {
  {
    await using hearth = await startHearth(directory);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    line('resident memory, idle', `${hearth.residentMb().toFixed(0)} MB`);

    const { limit, manyRooms, oneRoom } = await measureThroughput(hearth);
    line('limit program, 64 senders', `${limit.toFixed(0)} messages/s`);
    line(
      '64 senders into 64 rooms',
      `${manyRooms.toFixed(0)} messages/s = ${(manyRooms / limit).toFixed(2)} of the limit`,
    );
    line(
      '64 senders into one room',
      `${oneRoom.toFixed(0)} messages/s = ${(oneRoom / manyRooms).toFixed(2)} of 64 rooms`,
    );

    const latency = await measureLatency(hearth);
    line(
      'send to arrival, 200/s, 100 waiting clients',
      `p50 ${latency.p50.toFixed(1)} ms, p99 ${latency.p99.toFixed(1)} ms (${latency.arrived} of ${latency.sent})`,
    );

    const [few, many] = (await measureIdleSync(hearth, [10, 1_000])) as [number, number];
    line('idle sync, 10 joined rooms', `${few.toFixed(0)} µs of processor`);
    line(
      'idle sync, 1,000 joined rooms',
      `${many.toFixed(0)} µs of processor = ${(many / few).toFixed(2)} of 10`,
    );
  }
  reportStartUp('what this run has left', await measureStartUp(directory));
  const { bytes, events, canonicalBytes } = await measureDisk(join(directory, 'store'));
  line(
    'bytes on disk per event, compacted',
    `${(bytes / events).toFixed(0)} = ${(bytes / canonicalBytes).toFixed(2)} × its canonical JSON (${events} events)`,
  );
}

async function reportInbox(directory: string, social: string): Promise<void> {
  await using hearth = await startHearth(directory, social);
  const { perSecond, cpuUs, connections } = await measureInbox(hearth, directory);
  line(
    `inbox, ${connections} connections`,
    `${perSecond.toFixed(0)} posts/s verified and stored, ${cpuUs.toFixed(0)} µs of processor each`,
  );
}

async function reportDeliveries(directory: string, social: string): Promise<void> {
  const figures = await measureDeliveries(directory, social, deliverySize);
  const { followers, hosts, hearth, limit, sharedMs } = figures;
  line(
    `limit program, ${followers} inboxes on ${hosts} hosts`,
    `${limit.perSecond.toFixed(0)} deliveries/s, ${limit.cpuUs.toFixed(0)} µs of processor each`,
  );
  line(
    `a post to ${followers} followers on ${hosts} hosts`,
    `${hearth.perSecond.toFixed(0)} deliveries/s = ${(hearth.perSecond / limit.perSecond).toFixed(2)} of the limit, ` +
      `${hearth.cpuUs.toFixed(0)} µs of processor each`,
  );
  line(
    '  memory above what it had, longest hold of the event loop',
    `${hearth.growthMb.toFixed(0)} MB, ${hearth.loopDelayMs.toFixed(0)} ms ` +
      `(limit program ${limit.growthMb.toFixed(0)} MB, ${limit.loopDelayMs.toFixed(0)} ms)`,
  );
  line(`the same, ${hosts} shared inboxes`, `all have it after ${sharedMs.toFixed(0)} ms`);
}

async function reportFediverse(directory: string, social: string): Promise<void> {
  await reportInbox(directory, social);
  await reportDeliveries(directory, social);
}

function reportStartUp(what: string, { filled, empty, first }: StartUp): void {
  line(
    `start-up, ${what}`,
    `${filled.toFixed(0)} ms (first ${first.toFixed(0)} ms); empty ${empty.toFixed(0)} ms`,
  );
}

const parts = {
  messages: reportMessages,
  fediverse: reportFediverse,
  inbox: reportInbox,
  deliveries: reportDeliveries,
};
/** What there is to report without being asked for parts by name. */
const everything = ['messages', 'fediverse'];

const { values, positionals } = parseArgs({
  options: {
    million: { type: 'boolean', default: false },
    followers: { type: 'string', default: '10000' },
    hosts: { type: 'string', default: '500' },
    rounds: { type: 'string', default: '3' },
    social: { type: 'string', default: 'store:' },
  },
  allowPositionals: true,
});
const deliverySize: DeliverySize = {
  followers: Number(values.followers),
  hosts: Number(values.hosts),
  rounds: Number(values.rounds),
};
const unknown = positionals.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) throw new Error(`there are the parts ${Object.keys(parts)}, not ${unknown}`);
const chosen = positionals.length > 0 || values.million ? positionals : everything;

console.log(`${describeMachine()}\n`);
for (const [name, report] of Object.entries(parts)) {
  if (!chosen.includes(name)) continue;
  const directory = await mkdtemp(join(tmpdir(), 'hearth-bench-'));
  try {
    await using place = await openSocialPlace(values.social, directory);
    await report(directory, place.uri);
  } finally {
    await rm(directory, { recursive: true });
  }
}
if (values.million) reportStartUp('a million events', await measureStartUpWith(1_000_000));
