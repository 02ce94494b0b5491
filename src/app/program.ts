// The command line joined to this process: its terminal, its clock, and the server that it can serve or open.
import { administrationOver, callsOf } from '#app/administration-call';
import { runCommand } from '#app/cli/run-command';
import { compose } from '#app/compose';
import { requireDataDirectory } from '#app/data-directory';
import { serve } from '#app/serve';
import { askPassword, complain, endQuietlyWithoutReader, print, readInput } from '#app/terminal';
import { systemClock } from '#support/clock';
import { openLogger } from '#support/logging';
import { systemRandom } from '#support/random';

/** How the program is called: by its own name where it is installed, by the npm script in a checkout. */
const programName = import.meta.filename.endsWith('.ts') ? 'npm run --silent hearth --' : 'hearth';

/** Runs what stands behind the program's name and resolves with the exit code. */
export function runProgram(argv: readonly string[]): Promise<number> {
  endQuietlyWithoutReader();
  return runCommand(argv, {
    environment: process.env,
    print,
    complain,
    askPassword,
    readInput,
    now: () => systemClock.now(),
    serve: (config, serverOptions) =>
      serve(config, {
        print,
        complain,
        commandLine: (command) => `${programName} ${command}${serverOptions}`,
      }),
    async openAdministration(config, beginning) {
      if (!beginning) requireDataDirectory(config.dataDirectory);
      // What a server tells of its start is noise beside the answer of one command.
      const logger = openLogger(config.logLevel === 'info' ? 'warn' : config.logLevel);
      const house = await compose(config, { clock: systemClock, random: systemRandom, logger });
      return {
        administration: administrationOver(callsOf(house.administration)),
        [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
      };
    },
  });
}
