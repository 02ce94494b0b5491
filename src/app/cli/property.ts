// `property set|get|remove|list`: what an account says of itself in pairs of a name and a value. Profiles show them.
import { Command } from 'commander';
import { administer } from '#app/cli/administer';
import type { CommandParts } from '#app/cli/command-parts';
import { answer, nextHint, table } from '#app/cli/output';
import {
  type AccountOptions,
  addPageOptions,
  addSocialOptions,
  type PageOptions,
} from '#app/cli/server-options';

export function propertyCommand(parts: CommandParts): Command {
  const command = new Command('property').description("the lines of an account's profile");

  addSocialOptions(command.command('set'))
    .description('set a line of a profile; followers are told')
    .argument('<name>', 'what stands before the value')
    .argument('<value>', 'plain text; an http or https address becomes a link')
    .addHelpText('after', '\nExample:\n  hearth property set Pronouns they/them --account alice')
    .action(async (name: string, value: string, options: AccountOptions) => {
      const { account } = options;
      await administer(parts, options, async (administration) => {
        await administration.setProperty({ account, name, value });
        answer(parts, options, { account, name, value }, `${name} = ${value}`);
      });
    });

  addSocialOptions(command.command('get'))
    .description('print the value of one line')
    .argument('<name>', 'what stands before the value')
    .addHelpText('after', '\nExample:\n  hearth property get Pronouns --account alice')
    .action(async (name: string, options: AccountOptions) => {
      await administer(parts, options, async (administration) => {
        const property = await administration.getProperty({ account: options.account, name });
        answer(parts, options, property, property.value);
      });
    });

  addSocialOptions(command.command('remove'))
    .description('take a line away; followers are told')
    .argument('<name>', 'what stands before the value')
    .addHelpText('after', '\nExample:\n  hearth property remove Pronouns --account alice')
    .action(async (name: string, options: AccountOptions) => {
      const { account } = options;
      await administer(parts, options, async (administration) => {
        await administration.removeProperty({ account, name });
        answer(parts, options, { account, name }, `${account} no longer has ${name}.`);
      });
    });

  addPageOptions(addSocialOptions(command.command('list')), 100)
    .description('show all lines of a profile, newest first')
    .addHelpText('after', '\nExample:\n  hearth property list --account alice')
    .action(async ({ account, limit, after, ...options }: AccountOptions & PageOptions) => {
      await administer(parts, options, async (administration) => {
        const page = await administration.listProperties({ account, limit, after });
        const text = table(page.properties.map(({ name, value }) => [name, value] as const));
        answer(parts, options, page, (text || `${account} has no properties.`) + nextHint(page.next));
      });
    });

  return command;
}
