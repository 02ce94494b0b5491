// The command line joined to this process: its terminal, its clock, and the server that it can serve or open. The server
// is loaded only by commands that need it.
import { flushCompileCache } from 'node:module';
import { runCommand } from '#app/cli/run-command';
import {
  askPassword,
  complain,
  endQuietlyWithoutReader,
  print,
  readInput,
  withProgress,
} from '#app/terminal';
import { systemClock } from '#support/clock';

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
    async serve(config, serverOptions) {
      const { serve } = await import('#app/serve');
      // A server may end without a chance to do this later.
      flushCompileCache();
      await serve(config, {
        print,
        complain,
        commandLine: (command) => `${programName} ${command}${serverOptions}`,
      });
    },
    async copySocialRecords(config, request) {
      const { copySocialRecords } = await import('#app/copy-social-records');
      return withProgress((onProgress, signal) =>
        copySocialRecords(config, request, {
          onProgress: ({ step, type, done, total }) =>
            onProgress(step === 'copy' ? `copying ${type}` : `comparing ${type}`, done, total),
          signal,
        }),
      );
    },
    async socialTables(uri, verb) {
      const { openSocialTables } = await import('#app/social-records');
      await using tables = await openSocialTables(uri);
      return await (verb === 'create' ? tables.create() : tables.check());
    },
    async openAdministration(config, beginning) {
      const { openHouse } = await import('#app/open-house');
      return openHouse(config, beginning);
    },
  });
}
