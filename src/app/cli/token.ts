// `token create|list|revoke`: registration tokens. Client-Server API, "Token-authenticated registration".
import { Command } from 'commander';
import type { Administration, AdministrationOutput } from '#app/administration';
import { administer } from '#app/cli/administer';
import type { CommandParts } from '#app/cli/command-parts';
import { answer, columns, formatTime } from '#app/cli/output';
import {
  addOutputOptions,
  addServerOptions,
  type OutputOptions,
  parseCount,
  parseDuration,
  type ServerOptions,
} from '#app/cli/server-options';

type Token = AdministrationOutput<'createToken'>;

export function tokenCommand(parts: CommandParts): Command {
  const command = new Command('token').description('registration tokens: who has one may make an account');

  addOutputOptions(addServerOptions(command.command('create')))
    .description('make a token')
    .option(
      '--uses <number>',
      'how often it may be used (default: as often as one likes)',
      parseCount(1_000_000),
    )
    .option('--expires <duration>', 'for how long it may be used, such as 7d', parseDuration)
    .option('--token <text>', 'the token itself (default: a random one)')
    .addHelpText('after', '\nExample:\n  hearth token create --uses 5 --expires 7d')
    .action(
      async (
        options: ServerOptions & OutputOptions & { uses?: number; expires?: number; token?: string },
      ) => {
        const create = async (administration: Administration) => {
          const token = await administration.createToken({
            token: options.token,
            usesAllowed: options.uses ?? null,
            expiresAt: options.expires === undefined ? null : parts.now() + options.expires,
          });
          answer(parts, options, token, token.token);
        };
        await administer(parts, options, create, { beginning: true });
      },
    );

  addOutputOptions(addServerOptions(command.command('list')))
    .description('show all tokens')
    .addHelpText('after', '\nExample:\n  hearth token list')
    .action(async (options: ServerOptions & OutputOptions) => {
      await administer(parts, options, async (administration) => {
        const { tokens } = await administration.listTokens({});
        answer(parts, options, { tokens }, columns(tokens.map(rowOf)) || 'There are no tokens.');
      });
    });

  addOutputOptions(addServerOptions(command.command('revoke')))
    .description('make a token useless')
    .argument('<token>', 'the token itself')
    .addHelpText('after', '\nExample:\n  hearth token revoke 5Hq2bXc0')
    .action(async (token: string, options: ServerOptions & OutputOptions) => {
      await administer(parts, options, async (administration) => {
        await administration.revokeToken({ token });
        answer(parts, options, { token }, `The token ${token} is revoked.`);
      });
    });

  return command;
}

function rowOf({ token, usesAllowed, usesCompleted, expiresAt, valid }: Token): string[] {
  const uses =
    usesAllowed === null ? `used ${usesCompleted} times` : `used ${usesCompleted} of ${usesAllowed} times`;
  return [
    token,
    uses,
    expiresAt === null ? 'does not expire' : `until ${formatTime(expiresAt)}`,
    valid ? '' : 'of no use any more',
  ];
}
