// The options that say what an account is to be shown as: for making one and for changing one.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { AdministrationInput } from '#app/administration';
import type { CommandParts } from '#app/cli/command-parts';
import { readFileOrInput } from '#app/cli/input';
import { UsageError } from '#app/cli/usage-error';
import { iconBytesMax } from '#support/limits';

type ProfileChanges = Omit<AdministrationInput<'updateAccount'>, 'name'>;

export interface ProfileOptions {
  readonly type?: 'person' | 'service';
  /** False: taken away. */
  readonly displayName?: string | false;
  readonly blurb?: string | false;
  readonly url?: string | false;
  readonly icon?: string | false;
  readonly alias?: readonly string[];
  readonly property?: readonly { readonly name: string; readonly value: string }[];
  readonly approveFollowers?: boolean;
  readonly discoverable?: true;
  readonly undiscoverable?: true;
}

export function addProfileOptions(command: Command): Command {
  return command
    .addOption(new Option('--type <type>', 'what kind of actor it is').choices(['person', 'service']))
    .option('--display-name <text>', 'the name that is shown, in both networks')
    .option('--blurb <text>', 'what the account says of itself, in plain text')
    .option('--url <url>', 'a page of its own, elsewhere')
    .option(
      '--icon <file-or-url>',
      `a PNG, JPEG, GIF or WebP picture of at most ${iconBytesMax} bytes, or where one lies`,
    )
    .option('--alias <name>', 'another name of the account; may be given several times', gather)
    .option('--property <name=value>', 'a line of its profile; may be given several times', gatherProperty)
    .option('--approve-followers', 'let nobody follow it without its consent')
    .option('--undiscoverable', 'ask others not to recommend it and not to search it');
}

/** What takes back what the options above have set. */
export function addClearingOptions(command: Command): Command {
  return command
    .option('--no-display-name', 'show its first name only')
    .option('--no-blurb', 'say nothing of it')
    .option('--no-url', 'no page of its own')
    .option('--no-icon', 'an icon that is made from its name')
    .option('--no-approve-followers', 'let everybody follow it')
    .addOption(
      new Option('--discoverable', 'let others recommend and search it').conflicts('undiscoverable'),
    );
}

/**
 * The changes that the options ask for; undefined where they ask for none.
 * @throws Error in one sentence where the icon's file cannot be read
 */
export async function readProfileOptions(
  parts: CommandParts,
  options: ProfileOptions,
): Promise<ProfileChanges | undefined> {
  const { type, displayName, blurb, url, icon, alias, property, approveFollowers } = options;
  const discoverable = options.undiscoverable ? false : options.discoverable;
  const changes: ProfileChanges = {
    ...(type === undefined ? {} : { type: type === 'person' ? 'Person' : 'Service' }),
    ...(displayName === undefined ? {} : { displayName: displayName || null }),
    ...(blurb === undefined ? {} : { blurb: blurb || null }),
    ...(url === undefined ? {} : { url: url || null }),
    ...(icon === undefined ? {} : { icon: icon === false ? null : await readIcon(parts, icon) }),
    ...(approveFollowers === undefined ? {} : { approveFollowers }),
    ...(discoverable === undefined ? {} : { discoverable }),
    ...(alias === undefined ? {} : { aliases: [...alias] }),
    ...(property === undefined ? {} : { properties: [...property] }),
  };
  return Object.keys(changes).length === 0 ? undefined : changes;
}

async function readIcon(parts: CommandParts, icon: string): Promise<{ image: string } | { url: string }> {
  if (icon === '') throw new UsageError('The icon has no name; --no-icon takes an icon away.');
  if (/^https?:\/\//i.test(icon)) return { url: icon };
  return { image: Buffer.from(await readFileOrInput(parts, icon, iconBytesMax)).toString('base64') };
}

/** For options that may be given several times. */
export function gather(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

function gatherProperty(text: string, before: ProfileOptions['property'] = []) {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be a name, = and a value, such as Pronouns=they.');
  return [...before, { name: text.slice(0, at), value: text.slice(at + 1) }];
}
