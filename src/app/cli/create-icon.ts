// `create-icon`: the picture that stands for an account without an icon, as a file. No server is needed.
import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import type { CommandParts } from '#app/cli/command-parts';
import { answer } from '#app/cli/output';
import { addOutputOptions, type OutputOptions, parseCount } from '#app/cli/server-options';
import { avatarPixelsMax, avatarPixelsMin, madeIconPixels } from '#support/limits';

interface IconOptions extends OutputOptions {
  readonly size: number;
  readonly force?: true;
}

export function createIconCommand(parts: CommandParts): Command {
  return addOutputOptions(new Command('create-icon'))
    .description('make an icon from a name, as accounts have one that have given none, and store it as a PNG')
    .argument('<name>', 'the name, whose first letter is shown')
    .argument('<file>', 'the file to write')
    .addOption(
      new Option('--size <pixels>', `width and height, from ${avatarPixelsMin} to ${avatarPixelsMax}`)
        .argParser(parseCount(avatarPixelsMax))
        .default(madeIconPixels),
    )
    .option('--force', 'write over a file that is there')
    .addHelpText('after', '\nExample:\n  hearth create-icon alice alice.png --size 400')
    .action(async (name: string, file: string, options: IconOptions) => {
      const { letterAvatar } = await import('#domain/social/letter-avatar');
      const picture = letterAvatar(name, options.size);
      write(file, picture, options.force ?? false);
      answer(
        parts,
        options,
        { file, bytes: picture.length },
        `${file}: ${options.size} x ${options.size} pixels`,
      );
    });
}

function write(file: string, bytes: Uint8Array, force: boolean): void {
  try {
    writeFileSync(file, bytes, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST') throw new Error(`${file} is there already: --force writes over it.`);
    if (code === 'ENOENT') throw new Error(`${file} cannot be written: there is no such directory.`);
    throw error;
  }
}
