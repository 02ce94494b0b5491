// Runs a server until it is told to stop: composes its parts, listens for clients and for commands, says so, and on a
// signal takes everything down again in the reverse order. A server whose store has failed ends by itself.
import { once } from 'node:events';
import { callsOf } from '#app/administration-call';
import { compose, type House } from '#app/compose';
import type { Config } from '#app/config/config';
import { listenForCommands } from '#app/control/control-server';
import { startMessage } from '#app/start-message';
import { listen } from '#http/server';
import { systemClock } from '#support/clock';
import { failedShutdownMsMax } from '#support/limits';
import { type Logger, openLogger } from '#support/logging';
import { systemRandom } from '#support/random';

export interface ServeOptions {
  print(text: string): void;
  /** Standard error. */
  complain(text: string): void;
  /** How a command of this server is begun, options included: `hearth --data DIR`. */
  commandLine(command: string): string;
}

/**
 * Resolves after SIGINT or SIGTERM, once everything is closed. A second signal ends the process at once.
 * @throws Error when it cannot start, or when its store has failed: it can go on only by starting again
 */
export async function serve(config: Config, options: ServeOptions): Promise<void> {
  const logger = openLogger(config.logLevel);
  const stopped = untilSignalled();
  const failure = await serveUntil(stopped, config, { ...options, logger });
  if (failure) throw failure;
}

/** Answers why the server ended, where nobody stopped it. */
async function serveUntil(
  stopped: Promise<undefined>,
  config: Config,
  { print, complain, commandLine, logger }: ServeOptions & { readonly logger: Logger },
): Promise<Error | undefined> {
  let failure: Error | undefined;
  try {
    await using house = await compose(config, { clock: systemClock, random: systemRandom, logger });
    await using _control = await listenForCommands(
      config.dataDirectory,
      callsOf(house.administration),
      logger,
    );
    await using server = await listen(house.handler, { ...config.listen, logger });
    print(startMessage(config, server, commandLine));
    failure = await Promise.race([stopped, untilFailed(house)]);
    if (failure) endInAnyCase(failure, complain);
  } catch (error) {
    if (!failure) throw error;
    // Parts that want to write while they close cannot: that follows from the failure, which is what is told.
    logger.debug({ error }, 'not everything could be closed');
  }
  return failure;
}

async function untilFailed({ failed }: House): Promise<Error> {
  const reason: unknown = await failed.catch((error: unknown) => error);
  const detail = reason instanceof Error ? reason.message : String(reason);
  return new Error(`The server has ended, because its store has failed. ${detail}`, { cause: reason });
}

/** What hangs on a store that has failed must not keep a supervisor from starting the server again. */
function endInAnyCase(failure: Error, complain: ServeOptions['complain']): void {
  setTimeout(() => {
    complain(`error: ${failure.message}`);
    process.exit(1);
  }, failedShutdownMsMax).unref();
}

async function untilSignalled(): Promise<undefined> {
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  const endAtOnce = () => process.exit(1);
  process.once('SIGINT', endAtOnce).once('SIGTERM', endAtOnce);
}
