// The commands as plain data, read from the program itself: what scripts that complete commands, and the page of all
// commands, are written from.
import type { Argument, Command } from 'commander';

export interface CommandNode {
  /** The words that call it, behind the program's name. */
  readonly path: readonly string[];
  /** As the help shows it: `account add <name>`. */
  readonly usage: string;
  readonly about: string;
  readonly options: readonly OptionNode[];
  readonly arguments: readonly ArgumentNode[];
  readonly examples: readonly string[];
  readonly commands: readonly CommandNode[];
}

interface OptionNode {
  /** As the help shows it: `--limit <number>`. */
  readonly usage: string;
  /** What is typed: `--limit`, and perhaps a short form. */
  readonly flags: readonly string[];
  readonly about: string;
  readonly value: Value | undefined;
  readonly default: string | undefined;
  readonly required: boolean;
}

interface ArgumentNode {
  /** As the help shows it: `<name>`, or `[text]` where it may be left out. */
  readonly usage: string;
  readonly about: string;
  readonly value: Value;
}

/** What stands behind an option, or as an argument. */
export interface Value {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'text';
  /** The only ones, where they are few. */
  readonly choices: readonly string[];
}

export function commandTree(command: Command, path: readonly string[] = []): CommandNode {
  const help = command.createHelp();
  return {
    path,
    usage: [...path, command.usage().replace(/^\[options\] ?/, '')].join(' ').trimEnd(),
    about: command.description(),
    options: help.visibleOptions(command).map((option) => ({
      usage: option.flags,
      flags: [option.short, option.long].filter((flag) => flag !== undefined),
      about: option.description,
      value: option.required || option.optional ? readValue(option.flags, option.argChoices) : undefined,
      default:
        option.defaultValue === undefined || option.defaultValue === false || isEmpty(option.defaultValue)
          ? undefined
          : String(option.defaultValue),
      required: option.mandatory,
    })),
    arguments: command.registeredArguments.map((argument) => ({
      usage: usageOf(argument),
      about: argument.description,
      value: readValue(`<${argument.name()}>`, argument.argChoices),
    })),
    examples: examplesOf(command),
    commands: command.commands.map((sub) => commandTree(sub, [...path, sub.name()])),
  };
}

function usageOf(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** A command and all below it. */
export function withSubcommands(node: CommandNode): CommandNode[] {
  return [node, ...node.commands.flatMap(withSubcommands)];
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function readValue(flags: string, choices: readonly string[] | undefined): Value {
  const name = /[<[]([^>\]]+)[>\]]/.exec(flags)?.[1]?.replace(/\.\.\.$/, '') ?? '';
  const kind = /^(file|directory)\b/.exec(name)?.[1];
  return { name, kind: kind === 'file' || kind === 'directory' ? kind : 'text', choices: choices ?? [] };
}

/** The lines below "Example:" of its help. */
function examplesOf(command: Command): string[] {
  const written: string[] = [];
  const before = command.configureOutput();
  command.configureOutput({ ...before, writeOut: (text) => void written.push(text) });
  command.outputHelp();
  command.configureOutput(before);
  const [, examples = ''] = written.join('').split('\nExample:\n');
  return examples
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
