// Options that several commands share: which server is meant, and how the answer is written.
import { type Command, InvalidArgumentError, Option } from 'commander';

export interface ServerOptions {
  readonly data?: string;
  readonly config?: string;
  readonly social?: string;
}

export interface OutputOptions {
  readonly json?: true;
}

export interface PageOptions {
  readonly limit: number;
  readonly after?: string;
}

export function addServerOptions(command: Command): Command {
  return command
    .option('--data <directory>', 'the data directory of the server (default: ./data)')
    .option('--config <file>', 'the configuration file of the server')
    .option('--social <uri>', 'the back end that keeps the social records (default: store:)');
}

export function addOutputOptions(command: Command): Command {
  return command.option('--json', 'answer as JSON');
}

function addAccountOption(command: Command): Command {
  return command.requiredOption('--account <name>', 'the account that acts');
}

/** The options of a command by which an account acts. */
export type AccountOptions = ServerOptions & OutputOptions & { readonly account: string };

export function addSocialOptions(command: Command): Command {
  return addOutputOptions(addServerOptions(addAccountOption(command)));
}

/** Where an account narrows down what is meant, or asks for it, and may be left out. */
export function addOptionalAccount(command: Command, about: string): Command {
  return addOutputOptions(addServerOptions(command.option('--account <name>', about)));
}

export function addPageOptions(command: Command, limit: number): Command {
  return command
    .addOption(new Option('--limit <number>', 'at most so many').argParser(parseCount(1_000)).default(limit))
    .option('--after <place>', 'go on behind this place, as the page before it named it');
}

/** A parser for whole numbers from 1 to `most`. */
export function parseCount(most: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (!/^\d+$/.test(text) || count < 1 || count > most) {
      throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
    }
    return count;
  };
}

const unitMs: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** A duration such as `30m`, `12h`, `7d` or `2w`, in milliseconds. */
export function parseDuration(text: string): number {
  const match = /^(\d{1,6})([mhdw])$/.exec(text);
  if (!match) throw new InvalidArgumentError('It must be a number and one of m, h, d, w, such as 7d.');
  return Number(match[1]) * (unitMs[match[2] ?? ''] ?? 0);
}
