// `boost`, `unboost`, `like`, `unlike`: what an account makes of a post, wherever it lies.
import { Command, Option } from 'commander';
import { administer } from '#app/cli/administer';
import type { CommandParts } from '#app/cli/command-parts';
import { answer } from '#app/cli/output';
import { type AccountOptions, addSocialOptions } from '#app/cli/server-options';

const example = 'https://social.example/users/bob/posts/1 --account alice';

export function reactionCommands(parts: CommandParts): Command[] {
  return [boost, unboost, like, unlike].map((make) => make(parts));
}

const base = (name: string) =>
  addSocialOptions(new Command(name))
    .argument('<post>', 'the URI of a post, or the page on which people read it')
    .addHelpText('after', `\nExample:\n  hearth ${name} ${example}`);

function boost(parts: CommandParts): Command {
  return base('boost')
    .description('show a post to the followers of an account')
    .addOption(
      new Option('--visibility <who>', 'who may see the boost')
        .choices(['public', 'unlisted', 'followers'])
        .default('public'),
    )
    .action(
      async (post: string, options: AccountOptions & { visibility: 'public' | 'unlisted' | 'followers' }) => {
        await administer(parts, options, async (administration) => {
          const { account, visibility } = options;
          const boosted = await administration.boost({ account, post, visibility });
          answer(parts, options, boosted, `${account} boosts ${boosted.object}`);
        });
      },
    );
}

function unboost(parts: CommandParts): Command {
  return base('unboost')
    .description('take a boost back')
    .action(async (post: string, options: AccountOptions) => {
      await administer(parts, options, async (administration) => {
        const { object } = await administration.unboost({ account: options.account, post });
        answer(parts, options, { object }, `${options.account} no longer boosts ${object}`);
      });
    });
}

function like(parts: CommandParts): Command {
  return base('like')
    .description('like a post; its author is told')
    .action(async (post: string, options: AccountOptions) => {
      await administer(parts, options, async (administration) => {
        const liked = await administration.like({ account: options.account, post });
        answer(parts, options, liked, `${options.account} likes ${liked.object}`);
      });
    });
}

function unlike(parts: CommandParts): Command {
  return base('unlike')
    .description('like a post no longer')
    .action(async (post: string, options: AccountOptions) => {
      await administer(parts, options, async (administration) => {
        const { object } = await administration.unlike({ account: options.account, post });
        answer(parts, options, { object }, `${options.account} no longer likes ${object}`);
      });
    });
}
