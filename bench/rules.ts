// `npm run bench:rules`: what the rules of Matrix cost, per core and without a server. Ratios are between candidates that
// take turns in this run; absolute figures belong to this machine. Names of parts behind `--` run only those.
import { parseArgs } from 'node:util';
import { describeMachine } from './machine.ts';

/** Each part loads only what it measures. */
const parts: Readonly<Record<string, () => Promise<void>>> = {
  json: async () => (await import('./rules/json.ts')).reportJson(),
  events: async () => (await import('./rules/events.ts')).reportEvents(),
  authorising: async () => (await import('./rules/authorising.ts')).reportAuthorising(),
  resolving: async () => (await import('./rules/resolving.ts')).reportResolving(),
  stored: async () => (await import('./rules/resolving-stored.ts')).reportResolvingStored(),
  verifying: async () => (await import('./rules/verifying.ts')).reportVerifying(),
  storing: async () => (await import('./rules/storing.ts')).reportStoring(),
  forks: async () => (await import('./rules/forks.ts')).reportForks(),
};

const { positionals } = parseArgs({ allowPositionals: true });
const unknown = positionals.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) throw new Error(`there are the parts ${Object.keys(parts)}, not ${unknown}`);

console.log(`${describeMachine()}\n`);
for (const [name, report] of Object.entries(parts)) {
  if (positionals.length === 0 || positionals.includes(name)) await report();
}
