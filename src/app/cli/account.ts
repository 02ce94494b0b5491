// `account add|list|show|password|deactivate`: the people of this server, each in both networks at once.

import { Command } from 'commander';
import type { Administration, AdministrationOutput } from '#app/administration';
import { administer } from '#app/cli/administer';
import type { CommandParts } from '#app/cli/command-parts';
import { answer, columns, formatTime, nextHint } from '#app/cli/output';
import { addPasswordOptions, type PasswordOptions, readPassword } from '#app/cli/password';
import {
  addOutputOptions,
  addPageOptions,
  addServerOptions,
  type OutputOptions,
  type PageOptions,
  type ServerOptions,
} from '#app/cli/server-options';

type Options = ServerOptions & OutputOptions;
type Account = AdministrationOutput<'listAccounts'>['accounts'][number];

/** What stands as an account's name. */
const accountNameHelp = 'the first part of its names: alice of @alice:example.org';

export function accountCommand(parts: CommandParts): Command {
  const command = new Command('account').description('the accounts of this server');
  const subcommand = (usage: string) => addOutputOptions(addServerOptions(command.command(usage)));

  addPasswordOptions(subcommand('add'))
    .argument('<name>', accountNameHelp)
    .description('make an account, in Matrix and in the fediverse')
    .addHelpText('after', '\nExample:\n  hearth account add alice')
    .action(async (name: string, options: Options & PasswordOptions) => {
      const password = await readPassword(parts, options);
      const add = async (administration: Administration) => {
        const account = await administration.addAccount({ name, password });
        answer(
          parts,
          options,
          account,
          `${account.userId} can sign in now. In the fediverse: ${account.actor}`,
        );
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
    .description('show one account and where it is signed in')
    .addHelpText('after', '\nExample:\n  hearth account show alice')
    .action(async (name: string, options: Options) => {
      await administer(parts, options, async (administration) => {
        const account = await administration.showAccount({ name });
        const devices = account.devices.map(({ deviceId, displayName = '', lastSeenAt }) => [
          '  device',
          deviceId,
          displayName,
          lastSeenAt === undefined ? '' : `last seen ${formatTime(lastSeenAt)}`,
        ]);
        answer(parts, options, account, [columns([rowOf(account)]), columns(devices)].join('\n').trimEnd());
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

function rowOf({ name, userId, actor, createdAt, deactivated }: Account): string[] {
  return [name, userId, actor, `since ${formatTime(createdAt)}`, deactivated ? 'deactivated' : ''];
}
