// `follow`, `unfollow`, `follower approve|reject|remove`, `followers`, `following`: whom an account follows and who follows it.
import { Command, Option } from 'commander';
import type { Administration } from '#app/administration';
import { administer } from '#app/cli/administer';
import type { CommandParts } from '#app/cli/command-parts';
import { answer, nextHint } from '#app/cli/output';
import {
  addPageOptions,
  addSocialOptions,
  type AccountOptions as Options,
  type PageOptions,
} from '#app/cli/server-options';
import { counted } from '#support/plural';

const base = (name: string) => addSocialOptions(new Command(name));

export function relationCommands(parts: CommandParts): Command[] {
  return [...[follow, unfollow, follower].map((make) => make(parts)), ...relationLists(parts)];
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

const relations = [
  {
    name: 'followers',
    about: 'show who follows an account, newest first',
    pending: 'who waits for an answer to a request to follow',
    list: async (administration: Administration, query: Query) => {
      const page = await administration.followers(query);
      return { page, actors: page.followers };
    },
  },
  {
    name: 'following',
    about: 'show whom an account follows, newest first',
    pending: 'whom it has asked and who has not answered',
    list: async (administration: Administration, query: Query) => {
      const page = await administration.following(query);
      return { page, actors: page.following };
    },
  },
];

type Query = Parameters<Administration['followers']>[0];

function relationLists(parts: CommandParts): Command[] {
  return relations.map(({ name, about, pending, list }) =>
    addPageOptions(base(name), 100)
      .description(about)
      .addOption(
        new Option('--state <state>', `accepted, or pending: ${pending}`)
          .choices(['accepted', 'pending'])
          .default('accepted'),
      )
      .addHelpText('after', `\nExample:\n  hearth ${name} --account alice --state pending`)
      .action(async (options: Options & PageOptions & { state: 'accepted' | 'pending' }) => {
        await administer(parts, options, async (administration) => {
          const { account, state, limit, after } = options;
          const { page, actors } = await list(administration, { account, state, limit, after });
          const what = `${state === 'pending' ? 'pending ' : ''}${name}`;
          const heading = counted(page.total, what.replace(/s$/, ''), what);
          answer(parts, options, page, [heading, ...actors].join('\n') + nextHint(page.next));
        });
      }),
  );
}
