#!/usr/bin/env node
// The program: one process that serves, or runs one command.
import '#app/thread-pool';
import { administrationOver, callsOf } from '#app/administration-call';
import { runCommand } from '#app/cli/run-command';
import { compose } from '#app/compose';
import { serve } from '#app/serve';
import { askPassword, complain, print, readInput } from '#app/terminal';
import { systemClock } from '#support/clock';
import { openLogger } from '#support/logging';
import { systemRandom } from '#support/random';

/** How the program is called: by its own name where it is installed, by the npm script in a checkout. */
const programName = import.meta.filename.endsWith('.ts') ? 'npm run --silent hearth --' : 'hearth';

process.exitCode = await runCommand(process.argv.slice(2), {
  environment: process.env,
  print,
  complain,
  askPassword,
  readInput,
  now: () => systemClock.now(),
  serve: (config, serverOptions) =>
    serve(config, { print, commandLine: (command) => `${programName} ${command}${serverOptions}` }),
  async openAdministration(config) {
    const logger = openLogger(config.logLevel === 'info' ? 'warn' : config.logLevel);
    const house = await compose(config, { clock: systemClock, random: systemRandom, logger });
    return {
      administration: administrationOver(callsOf(house.administration)),
      [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
    };
  },
});
