// The page of all commands (`docs/commands.md`), written from the commands as they are declared.
import { type CommandNode, withSubcommands } from '#app/cli/completion/command-tree';

const introduction = `# Commands

Everything that can be done on the command line. Commands about accounts, posts and the fediverse reach a running server
through its control socket, and open its data themselves where none runs: the same command works either way. With
\`--json\` a command answers with one line of JSON. The exit code is 0 when all is done, 1 when something failed (one
sentence on standard error says what) and 2 when the command was called wrongly. Lists come in pages: \`--limit\` says how
long they are, \`--after\` goes on behind the place that the page before ended with.

\`npx vitest run test/contract --update\` writes this page anew.
`;

/** Options that nearly every command has are told of once. */
const everywhere = new Set(['--data', '--config', '--social', '--json', '--help']);

export function commandsPage(program: CommandNode): string {
  const nodes = withSubcommands(program);
  const common = new Map(
    nodes
      .flatMap(({ options }) => options)
      .filter(({ flags }) => flags.some((flag) => everywhere.has(flag)))
      .map((option) => [option.usage, option.about]),
  );
  const leaves = nodes.filter(({ commands }) => commands.length === 0);
  return [
    introduction,
    `Common options:\n\n${rows([...common])}`,
    `## All commands\n\n${rows(
      leaves.map(({ path, about }) => [`[hearth ${path.join(' ')}](#hearth-${path.join('-')})`, about]),
      '',
    )}`,
    ...leaves.map(section),
  ].join('\n');
}

function section(node: CommandNode): string {
  const options = node.options.filter(({ flags }) => !flags.some((flag) => everywhere.has(flag)));
  const lines: [string, string][] = [
    ...node.arguments.map(({ usage, value, about }): [string, string] => [
      usage,
      withChoices(about, value.choices),
    ]),
    ...options.map(({ usage, about, value, default: fallback, required }): [string, string] => [
      usage,
      [
        withChoices(about, value?.choices ?? []),
        fallback === undefined ? '' : `; default: ${fallback}`,
        required ? '; must be given' : '',
      ].join(''),
    ]),
  ];
  return [
    `## hearth ${node.path.join(' ')}`,
    '',
    `${node.about[0]?.toUpperCase()}${node.about.slice(1)}.`,
    '',
    ...(lines.length > 0 ? [rows(lines)] : []),
    '```sh',
    ...node.examples,
    '```',
    '',
  ].join('\n');
}

function withChoices(about: string, choices: readonly string[]): string {
  return choices.length === 0 ? about : `${about}: ${choices.join(', ')}`;
}

function rows(pairs: readonly (readonly [string, string])[], quote = '`'): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  return `| | |\n|---|---|\n${pairs.map(([one, other]) => `| ${quote}${cell(one)}${quote} | ${cell(other)} |\n`).join('')}`;
}
