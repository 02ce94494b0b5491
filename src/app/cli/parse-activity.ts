// `parse-activity`: what an inbox would understand of an activity, or why it would refuse it. No server is needed: who has
// signed it, and what is stored, do not count.
import { Command } from 'commander';
import { CheckFailed } from '#app/cli/check-failed';
import type { CommandParts } from '#app/cli/command-parts';
import { readFileOrInput } from '#app/cli/input';
import { answer, formatTime, table } from '#app/cli/output';
import { addOutputOptions, type OutputOptions } from '#app/cli/server-options';
import type { ActivityDescription, NoteDescription } from '#protocol/activitypub/describe-activity';
import { ProtocolError } from '#support/errors';
import { activityBytesMax } from '#support/limits';

export function parseActivityCommand(parts: CommandParts): Command {
  return addOutputOptions(new Command('parse-activity'))
    .description('show what is understood of an activity; exit code 1 if one is refused')
    .argument('<file...>', 'files with one activity each as JSON; - is standard input')
    .addHelpText(
      'after',
      '\nExample:\n  hearth parse-activity create.json like.json\n  curl -s https://social.example/a/1 | hearth parse-activity -',
    )
    .action(async (files: readonly string[], options: OutputOptions) => {
      let refused = 0;
      for (const file of files) {
        const parsed = await parse(parts, file);
        if ('refused' in parsed) refused += 1;
        const lines = 'refused' in parsed ? `refused: ${parsed.refused.message}` : inWords(parsed.activity);
        const heading = files.length > 1 && !options.json ? `${file}:\n` : '';
        answer(parts, options, { file, ...parsed }, heading + lines);
      }
      if (refused > 0) {
        throw new CheckFailed(
          refused === 1 ? 'One activity is refused.' : `${refused} activities are refused.`,
        );
      }
    });
}

type Parsed =
  | { readonly activity: ActivityDescription }
  | { readonly refused: { readonly kind: string; readonly message: string } };

async function parse(parts: CommandParts, file: string): Promise<Parsed> {
  const { readJsonDocument } = await import('#protocol/activitypub/json-document');
  const { describeActivity } = await import('#protocol/activitypub/describe-activity');
  const bytes = await readFileOrInput(parts, file, activityBytesMax);
  try {
    return { activity: describeActivity(readJsonDocument(bytes)) };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { refused: { kind: error.kind, message: error.message } };
  }
}

function inWords(activity: ActivityDescription): string {
  const { id, type, actor, object, flagged, target, content, published, visibility, note, profile } =
    activity;
  return table([
    ['type', type],
    ['id', id],
    ['actor', actor],
    ['object', [object.type, object.id ?? ''].join(' ').trim()],
    ['of actor', object.ends?.actor],
    ['of object', object.ends?.object],
    ['reported', flagged?.join('\n')],
    ['target', target],
    ['content', content],
    ['published', published === undefined ? undefined : formatTime(published)],
    ['visibility', visibility],
    ['recipients', activity.recipients.join('\n')],
    ...(note ? ofNote(note) : []),
    ...(profile
      ? ([
          ['profile', profile.name ?? profile.preferredUsername],
          ['inbox', profile.inbox],
          ['other names', profile.alsoKnownAs.join('\n')],
          ['moved to', profile.movedTo],
        ] as const)
      : []),
  ]);
}

function ofNote(note: NoteDescription): [string, string | undefined][] {
  return [
    ['author', note.author],
    ['text', `${note.textCharacters} characters${note.language === undefined ? '' : ` in ${note.language}`}`],
    ['warning', note.summary],
    ['in reply to', note.inReplyTo],
    ['mentions', note.mentions.map(({ actor, name = '' }) => `${name} ${actor}`.trim()).join('\n')],
    ['hashtags', note.hashtags.join(' ')],
    [
      'attachments',
      note.attachments.map(({ url, mediaType = '' }) => `${url} ${mediaType}`.trim()).join('\n'),
    ],
  ];
}
