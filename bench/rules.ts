// `npm run bench:rules`: what the rules of Matrix cost, per core and without a server. Ratios are between candidates that
// take turns in this run; absolute figures belong to this machine. Names of parts behind `--` run only those.
import { parseArgs } from 'node:util';
import { describeMachine } from './machine.ts';
import { reportAuthorising } from './rules/authorising.ts';
import { reportEvents } from './rules/events.ts';
import { reportJson } from './rules/json.ts';
import { reportStoring } from './rules/storing.ts';

const parts: Readonly<Record<string, () => void | Promise<void>>> = {
  json: reportJson,
  events: reportEvents,
  authorising: reportAuthorising,
  storing: reportStoring,
};

const { positionals } = parseArgs({ allowPositionals: true });
const unknown = positionals.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) throw new Error(`there are the parts ${Object.keys(parts)}, not ${unknown}`);

console.log(`${describeMachine()}\n`);
for (const [name, report] of Object.entries(parts)) {
  if (positionals.length === 0 || positionals.includes(name)) await report();
}
