// The data of a server that does not run, opened by a command in its own process.
import { administrationOver, callsOf } from '#app/administration-call';
import type { OpenAdministration } from '#app/cli/command-parts';
import { compose } from '#app/compose';
import type { Config } from '#app/config/config';
import { requireDataDirectory } from '#app/data-directory';
import { systemClock } from '#support/clock';
import { openLogger } from '#support/logging';
import { systemRandom } from '#support/random';

/** @param beginning whether it may begin the data; otherwise a directory that holds none is refused */
export async function openHouse(config: Config, beginning: boolean): Promise<OpenAdministration> {
  if (!beginning) requireDataDirectory(config.dataDirectory);
  // What a server tells of its start is noise beside the answer of one command.
  const logger = openLogger(config.logLevel === 'info' ? 'warn' : config.logLevel);
  const house = await compose(config, {
    clock: systemClock,
    random: systemRandom,
    logger,
    carriesOut: false,
  });
  return {
    administration: administrationOver(callsOf(house.administration)),
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  };
}
