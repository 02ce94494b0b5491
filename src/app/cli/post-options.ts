// The options that say what is in a post: for a new one and for an edited one.
import { type Command, InvalidArgumentError } from 'commander';
import type { AdministrationInput } from '#app/administration';
import { gather } from '#app/cli/account/profile-options';

interface Attachment {
  readonly url: string;
  readonly description?: string;
}

export interface ContentOptions {
  readonly mention?: string[];
  readonly tag?: string[];
  readonly sensitive?: boolean;
  /** False: taken away, as only an edit can. */
  readonly contentWarning?: string | false;
  readonly language?: string | false;
  readonly attach?: Attachment[] | false;
}

type Content = Omit<AdministrationInput<'editPost'>, 'account' | 'post' | 'text'>;

export function addContentOptions(command: Command): Command {
  return command
    .option(
      '--mention <address>',
      'somebody to name beside those in the text; may be given several times',
      gather,
    )
    .option('--tag <name>', 'a hashtag beside those in the text; may be given several times', gather)
    .option('--content-warning <text>', 'what to warn of before the text is shown')
    .option('--sensitive', 'cover what is attached until somebody asks to see it')
    .option('--language <code>', 'the language of the text, such as en or pt-BR')
    .option(
      '--attach <url;description>',
      'something to attach by its URL, described after a semicolon; may be given several times',
      gatherAttachment,
    );
}

/** What an edit can take away. */
export function addClearingOptions(command: Command): Command {
  return command
    .option('--no-sensitive', 'do not cover what is attached')
    .option('--no-content-warning', 'warn of nothing')
    .option('--no-language', 'say nothing of the language')
    .option('--no-attach', 'attach nothing');
}

export function readContentOptions(options: ContentOptions): Content {
  const { mention, tag, sensitive, contentWarning, language, attach } = options;
  return {
    mentions: mention,
    tags: tag,
    sensitive,
    contentWarning: contentWarning === false ? null : contentWarning,
    language: language === false ? null : language,
    attachments: attach === false ? [] : attach,
  };
}

function gatherAttachment(text: string, before: readonly Attachment[] | false = []): Attachment[] {
  const [url = '', ...rest] = text.split(';');
  const description = rest.join(';').trim();
  if (!/^https?:\/\//i.test(url)) {
    throw new InvalidArgumentError(
      'It must be an http or https URL, and may go on with ; and a description.',
    );
  }
  return [...(before || []), description === '' ? { url: url.trim() } : { url: url.trim(), description }];
}
