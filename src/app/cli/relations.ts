// `follow`, `unfollow`, `follower approve|reject|remove`, `followers`: whom an account follows and who follows it.
import { Command } from 'commander';
import { administer } from '#app/cli/administer';
import type { CommandParts } from '#app/cli/command-parts';
import { answer, nextHint } from '#app/cli/output';
import {
  addPageOptions,
  addSocialOptions,
  type AccountOptions as Options,
  type PageOptions,
} from '#app/cli/server-options';

const base = (name: string) => addSocialOptions(new Command(name));

export function relationCommands(parts: CommandParts): Command[] {
  return [follow, unfollow, follower, followers].map((make) => make(parts));
}

function follow(parts: CommandParts): Command {
  return base('follow')
    .description('follow somebody')
    .argument('<target>', 'name@host, or the address of an actor')
    .addHelpText('after', '\nExample:\n  hearth follow bob@example.com --account alice')
    .action(async (target: string, options: Options) => {
      await administer(parts, options, async (administration) => {
        const { actor, state } = await administration.follow({ account: options.account, target });
        const text =
          state === 'accepted' ? `${options.account} follows ${actor}.` : `${actor} has been asked.`;
        answer(parts, options, { actor, state }, text);
      });
    });
}

function unfollow(parts: CommandParts): Command {
  return base('unfollow')
    .description('follow somebody no longer')
    .argument('<target>', 'name@host, or the address of an actor')
    .addHelpText('after', '\nExample:\n  hearth unfollow bob@example.com --account alice')
    .action(async (target: string, options: Options) => {
      await administer(parts, options, async (administration) => {
        const { actor } = await administration.unfollow({ account: options.account, target });
        answer(parts, options, { actor }, `${options.account} no longer follows ${actor}.`);
      });
    });
}

const decisions = [
  {
    name: 'approve',
    method: 'approveFollower',
    about: 'let somebody follow who has asked to',
    done: 'may follow',
  },
  {
    name: 'reject',
    method: 'rejectFollower',
    about: 'turn down somebody who has asked to follow',
    done: 'may not follow',
  },
  {
    name: 'remove',
    method: 'removeFollower',
    about: 'let somebody follow no longer',
    done: 'no longer follows',
  },
] as const;

function follower(parts: CommandParts): Command {
  const command = new Command('follower').description('who may follow an account');
  for (const { name, method, about, done } of decisions) {
    addSocialOptions(command.command(name))
      .description(about)
      .argument('<follower>', 'name@host, or the address of an actor')
      .addHelpText('after', `\nExample:\n  hearth follower ${name} bob@example.com --account alice`)
      .action(async (target: string, options: Options) => {
        const { account } = options;
        await administer(parts, options, async (administration) => {
          const { actor } = await administration[method]({ account, target });
          answer(parts, options, { actor }, `${actor} ${done} ${account}.`);
        });
      });
  }
  return command;
}

function followers(parts: CommandParts): Command {
  return addPageOptions(base('followers'), 100)
    .description('show who follows an account')
    .addHelpText('after', '\nExample:\n  hearth followers --account alice')
    .action(async ({ account, limit, after, ...options }: Options & PageOptions) => {
      await administer(parts, options, async (administration) => {
        const page = await administration.followers({ account, limit, after });
        answer(
          parts,
          options,
          page,
          [`${page.total} followers`, ...page.followers].join('\n') + nextHint(page.next),
        );
      });
    });
}
