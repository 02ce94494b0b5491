// `post`, `edit-post`, `delete-post`, `posts`: what an account says to the fediverse.
import { Command, Option } from 'commander';
import type { AdministrationInput } from '#app/administration';
import { administer } from '#app/cli/administer';
import type { CommandParts } from '#app/cli/command-parts';
import { readText } from '#app/cli/input';
import { answer } from '#app/cli/output';
import {
  addClearingOptions,
  addContentOptions,
  type ContentOptions,
  readContentOptions,
} from '#app/cli/post-options';
import { type AccountOptions, addSocialOptions } from '#app/cli/server-options';
import { postCharactersMax } from '#support/limits';

interface PostOptions extends ContentOptions {
  readonly visibility: NonNullable<AdministrationInput<'post'>['visibility']>;
  readonly replyTo?: string;
}

const postHelp = 'a post of the account, by its URI, its page or the last part of either';
/** No character of a text takes more bytes of UTF-8. */
const textBytesMax = 4 * postCharactersMax;

export function postCommands(parts: CommandParts): Command[] {
  return [post, editPost, deletePost].map((make) => make(parts));
}

function post(parts: CommandParts): Command {
  return addContentOptions(addSocialOptions(new Command('post')))
    .description('publish a post')
    .argument('[text]', 'plain text; without it, or for -, standard input')
    .option('--reply-to <uri>', 'the post that is answered')
    .addOption(
      new Option('--visibility <who>', 'who may read it')
        .choices(['public', 'unlisted', 'followers', 'direct'])
        .default('public'),
    )
    .addHelpText(
      'after',
      '\nExample:\n  hearth post "Hello, fediverse." --account alice\n' +
        '  hearth post --account alice --attach "https://example.org/cat.jpg;A cat asleep" < text.txt',
    )
    .action(async (given: string | undefined, options: AccountOptions & PostOptions) => {
      const text = await readText(parts, given, textBytesMax);
      await administer(parts, options, async (administration) => {
        const { account, visibility, replyTo } = options;
        const { contentWarning, language, ...content } = readContentOptions(options);
        const { note } = await administration.post({
          account,
          text,
          visibility,
          inReplyTo: replyTo,
          ...content,
          ...(contentWarning ? { contentWarning } : {}),
          ...(language ? { language } : {}),
        });
        answer(parts, options, { note }, note);
      });
    });
}

function editPost(parts: CommandParts): Command {
  return addClearingOptions(addContentOptions(addSocialOptions(new Command('edit-post'))))
    .description('replace the text of a post; what no option changes stays as it is')
    .argument('<post>', postHelp)
    .argument('[text]', 'plain text; without it, or for -, standard input')
    .addHelpText(
      'after',
      '\nExample:\n  hearth edit-post https://example.org/users/alice/posts/1 "Hello again." --account alice',
    )
    .action(async (edited: string, given: string | undefined, options: AccountOptions & ContentOptions) => {
      const text = await readText(parts, given, textBytesMax);
      await administer(parts, options, async (administration) => {
        const { account } = options;
        const content = readContentOptions(options);
        const { note } = await administration.editPost({ account, post: edited, text, ...content });
        answer(parts, options, { note }, note);
      });
    });
}

function deletePost(parts: CommandParts): Command {
  return addSocialOptions(new Command('delete-post'))
    .description('take a post back; whoever got it is told')
    .argument('<post>', postHelp)
    .addHelpText(
      'after',
      '\nExample:\n  hearth delete-post https://example.org/users/alice/posts/1 --account alice',
    )
    .action(async (deleted: string, options: AccountOptions) => {
      await administer(parts, options, async (administration) => {
        await administration.deletePost({ account: options.account, post: deleted });
        answer(parts, options, { post: deleted }, `${deleted} is deleted.`);
      });
    });
}
