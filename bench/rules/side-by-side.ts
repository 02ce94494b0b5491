// How long calls take, as medians of rounds in which the candidates take turns: what else the machine does then falls on
// all of them, and their ratios hold.
import { median } from '../machine.ts';

const rounds = 15;
const roundMs = 40;
/** Called so often before anything is measured, the code has been compiled as it will be. */
const warmUpMs = 300;

/** What the calls answer goes here, so that no compiler leaves them out. */
export const sink: { last: unknown } = { last: undefined };

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
      const startMs = performance.now();
      for (let call = 0; call < calls; call++) sink.last = candidates[name](call);
      figures.get(name)?.push(((performance.now() - startMs) / calls) * 1_000);
    }
  }
  return Object.fromEntries([...figures].map(([name, each]) => [name, median(each)])) as Record<Name, number>;
}

function callsWithin(candidate: (call: number) => unknown, ms: number): number {
  const startMs = performance.now();
  let calls = 0;
  while (performance.now() - startMs < ms) {
    for (let more = 0; more < 16; more++) sink.last = candidate(calls++);
  }
  return calls;
}
