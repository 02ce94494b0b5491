import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadProgram } from '#app/cli/command-groups';
import { bashCompletion } from '#app/cli/completion/bash-completion';
import { type CommandNode, commandTree, withSubcommands } from '#app/cli/completion/command-tree';
import { fishCompletion } from '#app/cli/completion/fish-completion';
import { zshCompletion } from '#app/cli/completion/zsh-completion';
import { idleParts } from '#test/fixtures/idle-command-parts';

let directory: string;
let program: CommandNode;
let scripts: { readonly bash: string; readonly zsh: string; readonly fish: string };

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'hearth-completion-'));
  mkdirSync(join(directory, 'deep er'));
  writeFileSync(join(directory, 'an activity.json'), '{}');
  program = commandTree(await loadProgram(idleParts));
  scripts = { bash: bashCompletion(program), zsh: zshCompletion(program), fish: fishCompletion(program) };
  for (const [shell, script] of Object.entries(scripts)) writeFileSync(join(directory, shell), script);
});
afterAll(() => rmSync(directory, { recursive: true }));

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');
/** What a shell prints, which has nothing of its own to read when it starts. */
const ask = (shell: string, args: readonly string[], input = '') =>
  execFileSync(shell, args, {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, HOME: directory },
    input,
  });

/** What bash offers behind these words, the last of which is being typed. */
function inBash(...words: string[]): string[] {
  const program = `source ./bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _hearth; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const args = ['--norc', '-c', program, 'bash', 'hearth', ...words];
  return linesOf(ask('bash', args));
}

describe('bash', () => {
  it('completes commands, and the commands below them', () => {
    expect(inBash('acc')).toEqual(['account']);
    expect(inBash('account', 'd')).toEqual(['deactivate']);
    expect(inBash('')).toEqual(expect.arrayContaining(['serve', 'post', 'help']));
    expect(inBash('account', 'd', '')).not.toContain('serve');
  });

  it('completes options, and the values that they may have', () => {
    expect(inBash('follow', 'bob@b.test', '--acc')).toEqual(['--account']);
    expect(inBash('post', 'Hello', '--visibility', 'fol')).toEqual(['followers']);
    // As bash itself takes --visibility=fol apart.
    expect(inBash('post', 'Hello', '--visibility', '=', 'fol')).toEqual(['followers']);
    expect(inBash('post', 'Hello', '--visibility', '=')).toContain('public');
    expect(inBash('post', '--account', '')).toEqual([]);
    // The value of an option is no command, whatever it says.
    expect(inBash('post', '--account', 'account', '--vis')).toEqual(['--visibility']);
    expect(inBash('completion', 'b')).toEqual(['bash']);
  });

  it('completes the names of files and directories', () => {
    expect(inBash('account', 'list', '--config', 'an')).toEqual(['an activity.json']);
    expect(inBash('parse-activity', 'an')).toEqual(['an activity.json']);
    expect(inBash('serve', '--data', '')).toEqual(['deep er']);
  });

  it('completes every command and every option, by its own name', () => {
    const asked = withSubcommands(program).flatMap(({ path, options }) => [
      ...(path.length === 0 ? [] : [path]),
      ...options.flatMap(({ flags }) => flags.map((flag) => [...path, flag])),
    ]);
    const loop = `source ./bash; while IFS= read -r line; do read -ra words <<< "$line"
      COMP_WORDS=(hearth "\${words[@]}"); COMP_CWORD=\${#words[@]}; _hearth
      printf '%s\\n' "\${COMPREPLY[*]}"; done`;
    const input = `${asked.map((words) => words.join(' ')).join('\n')}\n`;
    const answered = ask('bash', ['--norc', '-c', loop], input);
    const offered = answered.trimEnd().split('\n');
    expect(offered.length).toBe(asked.length);
    for (const [index, words] of asked.entries()) {
      expect(offered[index]?.split(' '), words.join(' ')).toContain(words.at(-1));
    }
  });
});

const has = (shell: string) => spawnSync(shell, ['-c', 'exit 0']).status === 0;

// Whether or not the other shells are here to be asked.
it('knows every command and option in the scripts of all shells', () => {
  for (const { path, about, options } of withSubcommands(program).slice(1)) {
    const place = path.join(' ');
    expect(scripts.zsh).toContain(`'${place}') candidates=(`);
    expect(scripts.zsh).toContain(`'${path.at(-1)}:${about.replaceAll("'", `'\\''`)}'`);
    const parent = path.slice(0, -1).join(' ');
    const at = (words: string) => `complete -c hearth -n '__hearth_at \\'${words}\\''`;
    expect(scripts.fish).toContain(`${at(parent)} -a '${path.at(-1)}' -d '${about.replaceAll("'", "\\'")}'`);
    for (const { flags } of options) {
      const long = flags.at(-1)?.slice(2);
      expect(
        scripts.fish.split('\n').some((line) => line.startsWith(at(place)) && line.includes(` -l ${long} `)),
      ).toBe(true);
      for (const flag of flags) expect(scripts.zsh).toContain(`'${flag}:`);
    }
  }
});

if (has('zsh'))
  describe('zsh', () => {
    /** With what its completion system would be told instead of that system. */
    function inZsh(...words: string[]): string[] {
      const stubs = `compdef() { : }; _describe() { print -rl -- "\${(@P)2}" }; _files() { print -r -- "files $*" }`;
      const program = `${stubs}; source ./zsh; words=(hearth "$@"); CURRENT=$#words; _hearth`;
      return linesOf(ask('zsh', ['-f', '-c', program, 'zsh', ...words]));
    }

    it('completes commands, options, their values and files', () => {
      expect(inZsh('acc')).toEqual(
        expect.arrayContaining([expect.stringMatching(/^account:./), expect.stringMatching(/^serve:./)]),
      );
      expect(inZsh('account', '')).toContainEqual(expect.stringMatching(/^deactivate:./));
      expect(inZsh('account', '')).not.toContainEqual(expect.stringMatching(/^serve:/));
      expect(inZsh('follow', '-')).toContainEqual(expect.stringMatching(/^--account:./));
      expect(inZsh('post', '--visibility', '')).toEqual(expect.arrayContaining(['public', 'unlisted']));
      expect(inZsh('post', '--account', '')).toEqual([]);
      expect(inZsh('serve', '--data', '')).toEqual(['files -/']);
      expect(inZsh('parse-activity', '')).toContain('files ');
    });
  });

if (has('fish'))
  describe('fish', () => {
    function inFish(line: string): string[] {
      const args = ['--no-config', '-c', 'source ./fish; complete -C "$argv[1]"', line];
      return linesOf(ask('fish', args)).map((found) => found.split('\t')[0] ?? '');
    }

    it('completes commands, options, their values and files', () => {
      expect(inFish('hearth acc')).toEqual(['account']);
      expect(inFish('hearth account d')).toEqual(['deactivate']);
      expect(inFish('hearth follow bob@b.test --acc')).toEqual(['--account']);
      expect(inFish('hearth post Hello --visibility fol')).toEqual(['followers']);
      expect(inFish('hearth serve --data de')).toEqual(['deep er/']);
      expect(inFish('hearth parse-activity an')).toEqual(['an activity.json']);
      expect(inFish('hearth completion b')).toEqual(['bash']);
    });
  });

it('quotes what its scripts say', () => {
  const odd: CommandNode = {
    ...program,
    commands: [],
    options: [
      {
        usage: '--odd <name>',
        flags: ['--odd'],
        about: `it's $(touch here) \`touch here\` a\\b: c`,
        value: { name: 'name', kind: 'text', choices: [] },
        default: undefined,
        required: false,
      },
    ],
  };
  expect(zshCompletion(odd)).toContain(`'--odd:it'\\''s $(touch here) \`touch here\` a\\b: c'`);
  expect(fishCompletion(odd)).toContain(`-d 'it\\'s $(touch here) \`touch here\` a\\\\b: c'`);
  expect(bashCompletion(odd)).not.toContain('touch');
});
