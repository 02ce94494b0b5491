// The script by which fish completes our commands ("Writing your own completions" of its manual): one line for each word
// and option, each with the place where it holds.
import { type CommandNode, withSubcommands } from '#app/cli/completion/command-tree';
import { wordsOf } from '#app/cli/completion/words';

export function fishCompletion(program: CommandNode): string {
  const nodes = withSubcommands(program);
  const places = nodes.slice(1).map(({ path }) => quoted(path.join(' ')));
  return `# Completes the commands of hearth in fish. To use it: hearth completion fish | source
set -g __hearth_places ${places.join(' ')}
function __hearth_at --description 'Whether the words before the cursor lead to this command'
    set -l place
    for word in (commandline -opc)[2..]
        set -l longer (string join ' ' -- $place $word)
        contains -- "$longer" $__hearth_places; and set place $longer
    end
    test "$place" = "$argv[1]"
end
complete -c hearth -f
${nodes.flatMap(linesOf).join('\n')}
`;
}

function linesOf(node: CommandNode): string[] {
  const begin = `complete -c hearth -n ${quoted(`__hearth_at ${quoted(node.path.join(' '))}`)}`;
  const words = wordsOf(node)
    .filter(({ word }) => !word.startsWith('-'))
    .map(({ word, about }) => `${begin} -a ${quoted(word)} -d ${quoted(about)}`);
  const options = node.options.map(({ flags, about, value }) => {
    const names = flags.map((flag) =>
      flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
    );
    return [begin, ...names, ...valuePart(value), '-d', quoted(about)].join(' ');
  });
  const files = node.arguments.some(({ value }) => value.kind === 'file') ? [`${begin} -F`] : [];
  return [...words, ...options, ...files];
}

function valuePart(value: CommandNode['options'][number]['value']): string[] {
  if (!value) return [];
  if (value.kind === 'directory') return ['-x', '-a', quoted('(__fish_complete_directories)')];
  if (value.kind === 'file') return ['-r', '-F'];
  return value.choices.length === 0 ? ['-x'] : ['-x', '-a', quoted(value.choices.join(' '))];
}

/** In single quotes, in which fish reads a backslash before a quote and before itself. */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
