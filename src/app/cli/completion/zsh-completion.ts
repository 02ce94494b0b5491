// The script by which zsh completes our commands ("Completion System" of its manual), with what each word is about. It
// works as a file on the function path and when it is sourced.
import { type CommandNode, withSubcommands } from '#app/cli/completion/command-tree';
import { quoted, valuesOf, wordsOf } from '#app/cli/completion/words';

export function zshCompletion(program: CommandNode): string {
  const nodes = withSubcommands(program);
  const places = nodes.slice(1).map(({ path }) => quoted(path.join(' ')));
  const values = nodes.flatMap((node) =>
    valuesOf(node).map(({ flag, value }) => {
      const reply =
        value.kind === 'text'
          ? `candidates=(${value.choices.map((choice) => described(choice, '')).join(' ')})`
          : `files=${value.kind}`;
      return `    ${quoted(`${node.path.join(' ')}|${flag}`)}) ${reply} ;;`;
    }),
  );
  const followers = nodes.map((node) => {
    const takesFiles = node.arguments.some(({ value }) => value.kind === 'file') ? '; files=file' : '';
    const candidates = wordsOf(node).map(({ word, about }) => `        ${described(word, about)}`);
    return `      ${quoted(node.path.join(' '))}) candidates=(\n${candidates.join('\n')}\n      )${takesFiles} ;;`;
  });
  return `#compdef hearth
# Completes the commands of hearth in zsh. To use it: source <(hearth completion zsh)
_hearth() {
  local place='' longer files='' i
  local -a places candidates
  places=(${places.join(' ')})
  for ((i = 2; i < CURRENT; i++)); do
    longer="\${place:+$place }\${words[i]}"
    (( \${places[(Ie)$longer]} )) && place=$longer
  done
  case "$place|\${words[CURRENT - 1]}" in
${values.join('\n')}
    *) case "$place" in
${followers.join('\n')}
    esac ;;
  esac
  (( $#candidates )) && _describe 'hearth' candidates
  case $files in
    directory) _files -/ ;;
    file) _files ;;
  esac
}
if [[ $funcstack[1] == _hearth ]]; then _hearth "$@"; else compdef _hearth hearth; fi
`;
}

/** `word:description`, as _describe takes it. */
function described(word: string, about: string): string {
  return quoted(about === '' ? word.replaceAll(':', '\\:') : `${word.replaceAll(':', '\\:')}:${about}`);
}
