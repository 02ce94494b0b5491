// `matrix …`: the rules of Matrix on single events and rooms, without a server. For people who look into what a room has
// come to, and for comparison with other implementations. docs/matrix-tools.md has worked examples.
import { Command } from 'commander';
import { CheckFailed } from '#app/cli/check-failed';
import type { CommandParts } from '#app/cli/command-parts';
import type { MatrixTool } from '#app/cli/matrix/tool';

interface ToolOptions {
  readonly lines?: true;
}

interface ToolCommand {
  readonly name: string;
  readonly description: string;
  /** An input, for the help. */
  readonly example: string;
  /** A tool loads what it needs and nothing else. */
  load(): Promise<MatrixTool>;
}

const message = '{"roomVersion":"12","event":{"type":"m.room.message", …}}';

const tools: readonly ToolCommand[] = [
  {
    name: 'canonical-json',
    description: 'the canonical JSON of an event, or of any other value',
    example: `echo '{"b":1,"a":2}' | hearth matrix canonical-json`,
    load: async () => (await import('#app/cli/matrix/canonical-json')).canonicalJson,
  },
  {
    name: 'event-id',
    description: 'the id of an event',
    example: `echo '${message}' | hearth matrix event-id`,
    load: async () => (await import('#app/cli/matrix/event-id')).eventId,
  },
  {
    name: 'redact',
    description: 'what is left of an event when it is redacted',
    example: `echo '${message}' | hearth matrix redact`,
    load: async () => (await import('#app/cli/matrix/redact')).redact,
  },
  {
    name: 'sign',
    description: 'an event with its content hash and a signature; keys: {"server", "keyId", "seed"}',
    example: 'hearth matrix sign < unsigned.json',
    load: async () => (await import('#app/cli/matrix/sign')).sign,
  },
  {
    name: 'verify',
    description: 'whether an event is signed as it must be; keys: {server: {key id: public key}}',
    example: 'hearth matrix verify < signed.json',
    load: async () => (await import('#app/cli/matrix/verify')).verify,
  },
  {
    name: 'auth',
    description: 'whether an event is accepted, rejected or soft-failed, and by which rule',
    example:
      'hearth matrix auth < judged.json    # {roomVersion, event, authEvents, state, currentState?, keys?}',
    load: async () => (await import('#app/cli/matrix/auth')).auth,
  },
  {
    name: 'resolve',
    description: 'the state in which several states, or branches of a room, come together',
    example:
      'hearth matrix resolve < room.json    # {roomVersion, events, stateSets} or {roomVersion, events, heads}',
    load: async () => (await import('#app/cli/matrix/resolve')).resolve,
  },
];

export function matrixCommand(parts: CommandParts): Command {
  const command = new Command('matrix').description(
    'the rules of Matrix without a server: JSON on standard input, JSON on standard output',
  );
  for (const { name, description, example, load } of tools) {
    command
      .command(name)
      .description(description)
      .option('--lines', 'take every line for an input of its own, and answer each with a line')
      .addHelpText('after', `\nExample:\n  ${example}`)
      .action(async ({ lines }: ToolOptions) => {
        const tool = await load();
        const { parseJson } = await import('#protocol/matrix/parse-json');
        const answer = (input: Uint8Array) => tool(parseJson(input).value);
        const input = await parts.readInput();
        if (lines) answerLines(parts, input, answer);
        else parts.print(answer(input));
      });
  }
  return command;
}

/** A line that cannot be answered gets an object with `error`, so that answers stay beside their inputs. */
function answerLines(parts: CommandParts, input: Uint8Array, answer: (line: Uint8Array) => string): void {
  let failed = 0;
  for (const line of linesOf(input)) {
    if (line.every(isSpace)) continue;
    try {
      parts.print(answer(line));
    } catch (error) {
      failed += 1;
      parts.print(JSON.stringify({ error: (error as Error).message }));
    }
  }
  if (failed > 0) throw new CheckFailed(`${failed} of the lines could not be answered.`);
}

/** As bytes: what is not UTF-8 is for whoever reads the line to refuse. */
function* linesOf(input: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < input.length; ) {
    const newline = input.indexOf(0x0a, start);
    const end = newline === -1 ? input.length : newline;
    yield input.subarray(start, end);
    start = end + 1;
  }
}

/** White space of JSON, but for the one that ends lines. */
function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}
