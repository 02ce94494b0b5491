// How much processor calls take, as medians of rounds in which the candidates take turns. It is this thread's time that
// counts, not the clock's: what else runs on the machine waits its turn in neither figure.
import { median } from '../machine.ts';

const rounds = 15;
const roundMs = 40;
/** Called so often before anything is measured, the code has been compiled as it will be. */
const warmUpMs = 300;

/** What the calls answer goes here, so that no compiler leaves them out. */
export const sink: { last: unknown } = { last: undefined };

/** Processor time that this thread has taken so far, in microseconds. */
function processorUs(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

/** Microseconds per call of each candidate, which is given the number of the call. */
export function microsecondsPerCall<Name extends string>(
  candidates: Readonly<Record<Name, (call: number) => unknown>>,
): Record<Name, number> {
  const names = Object.keys(candidates) as Name[];
  const batch = {} as Record<Name, number>;
  for (const name of names) batch[name] = callsWithin(candidates[name], warmUpMs);
  const figures = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const calls = Math.max(1, Math.round((batch[name] * roundMs) / warmUpMs));
      const startUs = processorUs();
      for (let call = 0; call < calls; call++) sink.last = candidates[name](call);
      figures.get(name)?.push((processorUs() - startUs) / calls);
    }
  }
  return Object.fromEntries([...figures].map(([name, each]) => [name, median(each)])) as Record<Name, number>;
}

function callsWithin(candidate: (call: number) => unknown, ms: number): number {
  const startUs = processorUs();
  let calls = 0;
  while (processorUs() - startUs < ms * 1_000) {
    for (let more = 0; more < 16; more++) sink.last = candidate(calls++);
  }
  return calls;
}
