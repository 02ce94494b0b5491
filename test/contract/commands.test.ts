import { expect, it } from 'vitest';
import { loadProgram } from '#app/cli/command-groups';
import { commandTree, withSubcommands } from '#app/cli/completion/command-tree';
import { commandsPage } from '#test/contract/commands-page';
import { idleParts } from '#test/fixtures/idle-command-parts';

const program = commandTree(await loadProgram(idleParts));

it('has a page of all commands that is true', async () => {
  await expect(commandsPage(program)).toMatchFileSnapshot('../../docs/commands.md');
});

it('tells of every command what it does, and how it is called by an example', () => {
  const leaves = withSubcommands(program).filter(({ commands }) => commands.length === 0);
  expect(leaves.length).toBeGreaterThan(20);
  for (const { path, about, examples } of leaves) {
    expect(about, path.join(' ')).not.toBe('');
    expect(examples.join('\n'), path.join(' ')).toContain(`hearth ${path.join(' ')}`);
  }
});

it('tells of every option and argument what it is for', () => {
  const nameless = withSubcommands(program).flatMap(({ path, options, arguments: given }) =>
    [
      ...options.map(({ usage, about }) => [usage, about]),
      ...given.map(({ value, about }) => [value.name, about]),
    ]
      .filter(([, about]) => about === '')
      .map(([name]) => `${path.join(' ')} ${name}`),
  );
  expect(nameless).toEqual([]);
});
