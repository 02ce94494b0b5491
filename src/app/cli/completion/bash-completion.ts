// The script by which bash completes our commands ("Programmable Completion" of its manual): which command the words before
// the cursor lead to, then what may follow there. It needs nothing beyond bash 3.2.
import { type CommandNode, withSubcommands } from '#app/cli/completion/command-tree';
import { quoted, valuesOf, wordsOf } from '#app/cli/completion/words';

export function bashCompletion(program: CommandNode): string {
  const nodes = withSubcommands(program);
  const places = nodes.slice(1).map(({ path }) => quoted(placeOf(path)));
  const values = nodes.flatMap((node) =>
    valuesOf(node).map(({ flag, value }) => {
      const reply =
        value.kind === 'text' ? `words=${quoted(value.choices.join(' '))}` : `files=${value.kind}`;
      return `    ${quoted(`${placeOf(node.path)} ${flag}`)}) ${reply} ;;`;
    }),
  );
  const followers = nodes.map((node) => {
    const takesFiles = node.arguments.some(({ value }) => value.kind === 'file') ? ' files=file' : '';
    const words = wordsOf(node).map(({ word }) => word);
    return `      ${quoted(placeOf(node.path))}) words=${quoted(words.join(' '))}${takesFiles} ;;`;
  });
  return `# Completes the commands of hearth in bash. To use it: source <(hearth completion bash)
_hearth() {
  local IFS=$' \\t\\n' word=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
  local place='' words='' files='' i
  # Bash takes the "=" of --option=value for a word of its own.
  if [[ $word == = ]]; then word=''
  elif [[ $previous == = ]]; then previous=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$place/\${COMP_WORDS[i]}" in
      ${places.join(' | ')}) place="$place/\${COMP_WORDS[i]}" ;;
    esac
  done
  case "$place $previous" in
${values.join('\n')}
    *) case "$place" in
${followers.join('\n')}
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  [[ -z $files || $word == -* ]] && return
  IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  if [[ $files == directory ]]; then COMPREPLY+=($(compgen -d -- "$word"))
  else COMPREPLY+=($(compgen -f -- "$word")); fi
}
complete -F _hearth hearth
`;
}

function placeOf(path: readonly string[]): string {
  return path.map((word) => `/${word}`).join('');
}
