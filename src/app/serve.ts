// Runs a server until it is told to stop: composes its parts, listens for clients and for commands, says so, and on a
// signal takes everything down again in the reverse order.
import { once } from 'node:events';
import { callsOf } from '#app/administration-call';
import { compose } from '#app/compose';
import type { Config } from '#app/config/config';
import { listenForCommands } from '#app/control/control-server';
import { startMessage } from '#app/start-message';
import { listen } from '#http/server';
import { systemClock } from '#support/clock';
import { openLogger } from '#support/logging';
import { systemRandom } from '#support/random';

export interface ServeOptions {
  print(text: string): void;
  /** How a command of this server is begun, options included: `hearth --data DIR`. */
  commandLine(command: string): string;
}

/** Resolves after SIGINT or SIGTERM, once everything is closed. A second signal ends the process at once. */
export async function serve(config: Config, { print, commandLine }: ServeOptions): Promise<void> {
  const logger = openLogger(config.logLevel);
  const stopped = untilSignalled();
  await using house = await compose(config, { clock: systemClock, random: systemRandom, logger });
  await using _control = await listenForCommands(config.dataDirectory, callsOf(house.administration), logger);
  await using server = await listen(house.handler, { ...config.listen, logger });
  print(startMessage(config, server, commandLine));
  await stopped;
}

async function untilSignalled(): Promise<void> {
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  const endAtOnce = () => process.exit(1);
  process.once('SIGINT', endAtOnce).once('SIGTERM', endAtOnce);
}
