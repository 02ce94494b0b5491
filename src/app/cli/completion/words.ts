// What may follow a command on its line, for all shells alike, and how texts are quoted in their scripts.
import type { CommandNode, Value } from '#app/cli/completion/command-tree';

interface Word {
  readonly word: string;
  readonly about: string;
}

/** Commands below, choices of arguments, and options. */
export function wordsOf(node: CommandNode): Word[] {
  return [
    ...node.commands.map(({ path, about }) => ({ word: path.at(-1) ?? '', about })),
    ...(node.commands.length > 0 ? [{ word: 'help', about: 'show help for a command' }] : []),
    ...node.arguments.flatMap(({ value, about }) => value.choices.map((word) => ({ word, about }))),
    ...node.options.flatMap(({ flags, about }) => flags.map((word) => ({ word, about }))),
  ];
}

interface OptionValue {
  readonly flag: string;
  readonly value: Value;
}

/** The options of a command behind which a value stands. */
export function valuesOf({ options }: CommandNode): OptionValue[] {
  return options.flatMap(({ flags, value }) => (value ? flags.map((flag) => ({ flag, value })) : []));
}

/** In single quotes, as bash and zsh read them. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
