// `npm run bench:server`: what the whole server does, measured from outside over loopback HTTP. Ratios are between
// programs in this run; absolute figures belong to this machine.
import { mkdtemp } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHearth } from './server/child.ts';
import { measureDisk } from './server/disk.ts';
import { measureIdleSync } from './server/idle-sync.ts';
import { measureLatency } from './server/latency.ts';
import { measureThroughput } from './server/throughput.ts';

const line = (name: string, figure: string): void => console.log(`${name.padEnd(58)} ${figure}`);

console.log(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}\n`);
const directory = await mkdtemp(join(tmpdir(), 'hearth-bench-'));
{
  await using hearth = await startHearth(directory);
  line('start-up, empty', `${hearth.startMs.toFixed(0)} ms`);
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
const { bytes, events, canonicalBytes } = await measureDisk(join(directory, 'store'));
line(
  'bytes on disk per event, compacted',
  `${(bytes / events).toFixed(0)} = ${(bytes / canonicalBytes).toFixed(2)} × its canonical JSON (${events} events)`,
);
{
  await using hearth = await startHearth(directory);
  line(`start-up, ${events} events`, `${hearth.startMs.toFixed(0)} ms`);
}
