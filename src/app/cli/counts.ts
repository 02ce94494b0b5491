// `counts`: how many records each of the fourteen social databases has, in all and of one day.
import { Command } from 'commander';
import { administer } from '#app/cli/administer';
import type { CommandParts } from '#app/cli/command-parts';
import { dateIn, dayBounds } from '#app/cli/day-bounds';
import { answer, columns } from '#app/cli/output';
import {
  addOutputOptions,
  addServerOptions,
  type OutputOptions,
  type ServerOptions,
} from '#app/cli/server-options';
import { UsageError } from '#app/cli/usage-error';

interface CountOptions extends ServerOptions, OutputOptions {
  readonly date?: string;
  readonly timeZone?: string;
}

export function countsCommand(parts: CommandParts): Command {
  return addOutputOptions(addServerOptions(new Command('counts')))
    .description(
      'count the records of each social database, in all and of one day; what is deleted counts as well',
    )
    .option('--date <yyyy-mm-dd>', 'which day (default: today)')
    .option(
      '--time-zone <zone>',
      'whose days are meant, such as Europe/Berlin (default: the zone of this machine)',
    )
    .addHelpText('after', '\nExample:\n  hearth counts --date 2026-03-29 --time-zone Europe/Berlin')
    .action(async (options: CountOptions) => {
      const day = dayOf(parts, options);
      await administer(parts, options, async (administration) => {
        const { counts: total } = await administration.countRecords({});
        const { counts: onDay } = await administration.countRecords({ from: day.from, through: day.through });
        const names = Object.keys(total) as (keyof typeof total)[];
        const width = Math.max(...names.map((name) => `${total[name]}`.length), 'in all'.length);
        const rows = names.map((name) => [
          name,
          `${total[name]}`.padStart(width),
          `${onDay[name]}`.padStart(day.date.length),
        ]);
        const heading = ['', 'in all'.padStart(width), day.date, day.timeZone];
        answer(parts, options, { total, day: { ...day, counts: onDay } }, columns([heading, ...rows]));
      });
    });
}

function dayOf({ now }: CommandParts, options: CountOptions) {
  const timeZone = options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  try {
    const date = options.date ?? dateIn(timeZone)(now());
    return { date, timeZone, ...dayBounds(date, timeZone) };
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}
