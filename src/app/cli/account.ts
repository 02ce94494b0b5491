// `account add|list|show|update|password|deactivate`: the people of this server, each in both networks at once.

import { Command } from 'commander';
import type { Administration, AdministrationOutput } from '#app/administration';
import {
  addClearingOptions,
  addProfileOptions,
  type ProfileOptions,
  readProfileOptions,
} from '#app/cli/account/profile-options';
import { profileText } from '#app/cli/account/profile-text';
import { administer } from '#app/cli/administer';
import type { CommandParts } from '#app/cli/command-parts';
import { answer, columns, formatTime, nextHint, table } from '#app/cli/output';
import { addPasswordOptions, type PasswordOptions, readPassword } from '#app/cli/password';
import {
  addOutputOptions,
  addPageOptions,
  addServerOptions,
  type OutputOptions,
  type PageOptions,
  type ServerOptions,
} from '#app/cli/server-options';
import { UsageError } from '#app/cli/usage-error';

type Options = ServerOptions & OutputOptions;
type Account = AdministrationOutput<'listAccounts'>['accounts'][number];

/** What stands as an account's name. */
const accountNameHelp = 'the first part of its names: alice of @alice:example.org';

export function accountCommand(parts: CommandParts): Command {
  const command = new Command('account').description('the accounts of this server');
  const subcommand = (usage: string) => addOutputOptions(addServerOptions(command.command(usage)));

  addProfileOptions(addPasswordOptions(subcommand('add')))
    .argument('<name>', accountNameHelp)
    .description('make an account, in Matrix and in the fediverse')
    .addHelpText(
      'after',
      '\nExample:\n  hearth account add alice\n  hearth account add news --type service --display-name "The News" --icon news.png',
    )
    .action(async (name: string, options: Options & PasswordOptions & ProfileOptions) => {
      const profile = await readProfileOptions(parts, options);
      const password = await readPassword(parts, options);
      const add = async (administration: Administration) => {
        const account = await administration.addAccount({ name, password, profile });
        const fediverse = account.actor === undefined ? '' : ` In the fediverse: ${account.actor}`;
        answer(parts, options, account, `${account.userId} can sign in now.${fediverse}`);
      };
      await administer(parts, options, add, { beginning: true });
    });

  addPageOptions(subcommand('list'), 100)
    .description('show all accounts')
    .addHelpText('after', '\nExample:\n  hearth account list --json')
    .action(async (options: Options & PageOptions) => {
      await administer(parts, options, async (administration) => {
        const page = await administration.listAccounts({ limit: options.limit, after: options.after });
        const text = columns(page.accounts.map(rowOf)) || 'There are no accounts.';
        answer(parts, options, page, text + nextHint(page.next));
      });
    });

  subcommand('show')
    .argument('<name>', accountNameHelp)
    .description('show one account: its profile, its numbers, and where it is signed in')
    .addHelpText('after', '\nExample:\n  hearth account show alice')
    .action(async (name: string, options: Options) => {
      await administer(parts, options, async (administration) => {
        const account = await administration.showAccount({ name });
        const devices = account.devices.map(({ deviceId, displayName = '', lastSeenAt }) => [
          deviceId,
          displayName,
          lastSeenAt === undefined ? '' : `last seen ${formatTime(lastSeenAt)}`,
        ]);
        const signedIn = table([['devices', columns(devices)]]);
        answer(parts, options, account, [profileText(account), signedIn].join('\n').trimEnd());
      });
    });

  addClearingOptions(addProfileOptions(subcommand('update')))
    .description('change what an account is shown as; followers are told')
    .argument('<name>', accountNameHelp)
    .addHelpText(
      'after',
      '\nExample:\n  hearth account update alice --blurb "Gardens and gears." --property Pronouns=she --no-icon',
    )
    .action(async (name: string, options: Options & ProfileOptions) => {
      const changes = await readProfileOptions(parts, options);
      if (!changes)
        throw new UsageError('Say what is to change, such as --display-name; --help lists it all.');
      await administer(parts, options, async (administration) => {
        const account = await administration.updateAccount({ name, ...changes });
        answer(parts, options, account, profileText(account));
      });
    });

  addPasswordOptions(subcommand('password'))
    .argument('<name>', accountNameHelp)
    .description('set a new password')
    .option('--keep-sessions', 'do not sign the account out everywhere')
    .addHelpText('after', '\nExample:\n  hearth account password alice')
    .action(async (name: string, options: Options & PasswordOptions & { keepSessions?: true }) => {
      const password = await readPassword(parts, options);
      await administer(parts, options, async (administration) => {
        await administration.setPassword({ name, password, keepSessions: options.keepSessions ?? false });
        answer(parts, options, { name }, `${name} has a new password.`);
      });
    });

  subcommand('deactivate')
    .argument('<name>', accountNameHelp)
    .description('close an account for ever; its name stays taken')
    .addHelpText('after', '\nExample:\n  hearth account deactivate alice')
    .action(async (name: string, options: Options) => {
      await administer(parts, options, async (administration) => {
        await administration.deactivateAccount({ name });
        answer(parts, options, { name }, `${name} is deactivated.`);
      });
    });

  return command;
}

function rowOf({ name, userId, actor, createdAt, deactivated, type }: Account): string[] {
  const state = deactivated ? 'deactivated' : (type?.toLowerCase() ?? 'no actor');
  return [name, userId, actor ?? '', `since ${formatTime(createdAt)}`, state];
}
