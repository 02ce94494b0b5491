import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { administrationOver, callsOf } from '#app/administration-call';
import { loadProgram } from '#app/cli/command-groups';
import type { CommandParts } from '#app/cli/command-parts';
import { commandTree, withSubcommands } from '#app/cli/completion/command-tree';
import { runCommand } from '#app/cli/run-command';
import type { Config } from '#app/config/config';
import { listenForCommands } from '#app/control/control-server';
import { software } from '#app/software';
import { silentLogger } from '#support/logging';
import { fakeAdministration } from '#test/fixtures/fake-administration';
import { idleParts } from '#test/fixtures/idle-command-parts';

const program = await loadProgram(idleParts);

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hearth-cli-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Runs commands against one administration in memory; `opened` lists how often it was opened in process. */
function commandLine(parts: Partial<CommandParts> = {}) {
  const opened: Config[] = [];
  const copies: { from: string; to: string }[] = [];
  const served: { config: Config; serverOptions: string }[] = [];
  const implementation = fakeAdministration();
  const run = async (...argv: string[]) => {
    const out: string[] = [];
    const err: string[] = [];
    const code = await runCommand(argv, {
      environment: { HEARTH_DATA: directory },
      print: (text) => void out.push(text),
      complain: (text) => void err.push(text),
      askPassword: async () => undefined,
      readInput: async () => Buffer.of(),
      now: () => 1_700_000_000_000,
      async openAdministration(config) {
        opened.push(config);
        return {
          administration: administrationOver(callsOf(implementation)),
          async [Symbol.asyncDispose]() {},
        };
      },
      async copySocialRecords(_config, { from, to, isSwitch }) {
        copies.push({ from, to });
        return { types: [{ type: 'accounts', count: 2, digest: 'ab'.repeat(32) }], switched: isSwitch };
      },
      async socialTables(uri, verb) {
        return verb === 'create' ? [`made a table in ${uri}`] : [];
      },
      async serve(config, serverOptions) {
        served.push({ config, serverOptions });
      },
      ...parts,
    });
    return { code, out: out.join('\n'), err: err.join('\n') };
  };
  return { run, opened, served, copies, implementation };
}

describe('accounts', () => {
  it('are added, listed, shown, given passwords and deactivated', async () => {
    const { run } = commandLine();
    expect(await run('account', 'add', 'alice', '--password', 'pw')).toMatchObject({ code: 0, err: '' });
    const listed = await run('account', 'list', '--json');
    expect(JSON.parse(listed.out).accounts).toMatchObject([{ name: 'alice', userId: '@alice:hearth.test' }]);
    expect((await run('account', 'list')).out).toMatch(
      /^alice +@alice:hearth\.test .*since 2023-11-14 22:13:20 UTC +no actor$/,
    );
    expect((await run('account', 'password', 'alice', '--password', 'other')).code).toBe(0);
    expect((await run('account', 'show', 'alice')).out).toMatch(/^devices +other$/m);
    expect((await run('account', 'deactivate', 'alice')).code).toBe(0);
    expect((await run('account', 'list')).out).toContain('deactivated');
  });

  it('says where to go on in a long list', async () => {
    const { run } = commandLine();
    for (const name of ['a', 'b', 'c']) await run('account', 'add', name, '--password', 'pw');
    expect((await run('account', 'list', '--limit', '2')).out).toContain('(more: --after b)');
    expect((await run('account', 'list', '--limit', '2', '--after', 'b')).out).toMatch(/^c /);
  });

  it('take the password from standard input, its first line only', async () => {
    const { run } = commandLine({ readInput: async () => Buffer.from('from a pipe\r\nmore') });
    expect((await run('account', 'add', 'alice', '--password-stdin')).code).toBe(0);
    expect(JSON.parse((await run('account', 'show', 'alice', '--json')).out).devices).toEqual([
      { deviceId: 'from a pipe' },
    ]);
  });

  it('ask for the password twice on a terminal', async () => {
    const typed = ['one', 'one', 'one', 'two'];
    const { run } = commandLine({ askPassword: async () => typed.shift() });
    expect((await run('account', 'add', 'alice')).code).toBe(0);
    expect(await run('account', 'add', 'bob')).toEqual({
      code: 2,
      out: '',
      err: 'error: The two passwords differ.',
    });
  });

  it('need a password from somewhere', async () => {
    const { run } = commandLine();
    const { code, err } = await run('account', 'add', 'alice');
    expect(code).toBe(2);
    expect(err).toContain('--password-stdin');
    expect((await run('account', 'add', 'alice', '--password', '')).code).toBe(2);
    expect((await run('account', 'add', 'alice', '--password', 'a', '--password-stdin')).code).toBe(2);
  });
});

describe('tokens', () => {
  it('are made with limits, listed and revoked', async () => {
    const { run } = commandLine();
    expect(await run('token', 'create', '--uses', '5', '--expires', '7d', '--token', 'tea')).toEqual({
      code: 0,
      out: 'tea',
      err: '',
    });
    expect(JSON.parse((await run('token', 'list', '--json')).out).tokens).toEqual([
      { token: 'tea', usesAllowed: 5, usesCompleted: 0, expiresAt: 1_700_604_800_000, valid: true },
    ]);
    expect((await run('token', 'list')).out).toBe('tea  used 0 of 5 times  until 2023-11-21 22:13:20 UTC');
    expect((await run('token', 'revoke', 'tea')).code).toBe(0);
    expect(await run('token', 'revoke', 'tea')).toMatchObject({
      code: 1,
      err: 'error: There is no registration token tea.',
    });
  });

  it.each([[['--uses', '0']], [['--uses', '1.5']], [['--expires', 'tomorrow']]])(
    'refuse %j',
    async (options) => {
      const { run } = commandLine();
      expect((await run('token', 'create', ...options)).code).toBe(2);
    },
  );
});

describe('the fediverse', () => {
  it('is followed, posted to and read', async () => {
    const { run } = commandLine();
    await run('account', 'add', 'alice', '--password', 'pw');
    const as = ['--account', 'alice'];
    expect((await run('follow', 'bob@peer.test', ...as)).out).toBe(
      'https://peer.test/bob@peer.test has been asked.',
    );
    expect((await run('unfollow', 'bob@peer.test', ...as)).code).toBe(0);
    expect((await run('unfollow', 'bob@peer.test', ...as)).code).toBe(1);
    expect((await run('post', 'Hello', ...as)).out).toBe('https://hearth.test/users/alice/posts/1');
    expect((await run('inbox', ...as)).out).toContain('Hello');
    expect((await run('followers', ...as)).out).toBe('1 follower\nhttps://peer.test/of/alice');
    expect((await run('deliveries', ...as)).out).toContain('waiting  2 attempts  https://peer.test/inbox');
    expect(JSON.parse((await run('followers', ...as, '--json')).out).total).toBe(1);
    expect((await run('post', 'Hello')).code).toBe(2);
    expect((await run('post', 'Hello', ...as, '--visibility', 'secret')).code).toBe(2);
  });
});

describe('the store', () => {
  it('is dumped page by page, as lines or as JSON lines', async () => {
    const { run } = commandLine();
    expect((await run('keys', 'dump', '--database', 'rooms')).out).toBe(
      'rooms/a/1  10 bytes\nrooms/a/2  20 bytes',
    );
    const lines = (await run('keys', 'dump', '--json')).out.split('\n').map((line) => JSON.parse(line));
    expect(lines.length).toBe(8);
    expect(lines[7]).toEqual({ database: 'social', path: 'a/2', valueBytes: 20 });
  });

  it('is checked, and what differs makes the command fail', async () => {
    const { run } = commandLine();
    expect(await run('check', '--database', 'rooms')).toEqual({
      code: 0,
      out: 'rooms: 3 rows read, 0 differences',
      err: '',
    });
    const { code, out, err } = await run('check');
    expect(code).toBe(1);
    expect(out).toContain('  one row too many');
    expect(err).toBe('error: The check found 1 differences.');
    expect(JSON.parse((await run('check', '--json')).out).social.differences).toEqual(['one row too many']);
  });
});

describe('the way to the server', () => {
  it('is the control socket of a running one, and otherwise the data themselves', async () => {
    const { run, opened, implementation } = commandLine();
    await run('account', 'add', 'alice', '--password', 'pw');
    expect(opened.map(({ dataDirectory }) => dataDirectory)).toEqual([directory]);
    await using _server = await listenForCommands(directory, callsOf(implementation), silentLogger);
    expect((await run('account', 'show', 'alice', '--json')).code).toBe(0);
    expect(await run('account', 'show', 'bob')).toEqual({
      code: 1,
      out: '',
      err: 'error: There is no account bob.',
    });
    expect(opened.length).toBe(1);
  });

  it('is told by --data and by --config', async () => {
    const { run, opened } = commandLine({ environment: {} });
    const file = join(directory, 'hearth.toml');
    writeFileSync(file, `data = ${JSON.stringify(join(directory, 'elsewhere'))}`);
    await run('token', 'list', '--data', join(directory, 'here'));
    await run('token', 'list', '--config', file);
    expect(opened.map(({ dataDirectory }) => dataDirectory)).toEqual([
      join(directory, 'here'),
      join(directory, 'elsewhere'),
    ]);
  });
});

describe('serve and config', () => {
  it('serve with what the flags say', async () => {
    const { run, served } = commandLine({ environment: {} });
    const result = await run(
      ...[
        'serve',
        '--data',
        directory,
        '--listen',
        '127.0.0.1:9',
        '--server-name',
        'a.test',
        '--rate-limits',
        'off',
      ],
      ...['--public-url', 'https://hearth.a.test', '--registration', 'token', '--allow-private-network'],
    );
    expect(result).toEqual({ code: 0, out: '', err: '' });
    expect(served).toMatchObject([
      {
        config: {
          dataDirectory: directory,
          listen: { host: '127.0.0.1', port: 9 },
          serverName: 'a.test',
          publicUrl: 'https://hearth.a.test',
          registration: 'token',
          rateLimits: false,
          allowPrivateNetwork: true,
        },
        serverOptions: ` --data ${directory}`,
      },
    ]);
  });

  it('show and check the configuration', async () => {
    const { run } = commandLine({ environment: { HEARTH_DATA: directory, HEARTH_REGISTRATION: 'open' } });
    expect((await run('config', 'show')).out).toMatch(/registration +=? *= "open" +\(HEARTH_REGISTRATION\)/);
    expect(JSON.parse((await run('config', 'show', '--json')).out).settings.length).toBeGreaterThan(10);
    expect((await run('config', 'check')).out).toBe('The configuration is right.');
  });

  it('tell what is wrong: 2 for a flag, 1 for a file', async () => {
    const { run } = commandLine();
    const flag = await run('serve', '--listen', 'nowhere');
    expect(flag).toMatchObject({ code: 2, out: '' });
    expect(flag.err).toBe(
      'error: The setting listen (--listen) is "nowhere": it must be HOST:PORT, such as "127.0.0.1:8008" or "[::1]:8008".',
    );
    const file = join(directory, 'hearth.toml');
    writeFileSync(file, 'listen = 8008');
    expect(await run('config', 'check', '--config', file)).toMatchObject({ code: 1, out: '' });
    expect((await run('serve', '--registration', 'maybe')).code).toBe(2);
  });
});

describe('help', () => {
  it('tells its version', async () => {
    const { run } = commandLine();
    expect(await run('--version')).toEqual({ code: 0, out: software.version, err: '' });
  });

  const calls = withSubcommands(commandTree(program)).flatMap(({ path, commands }) => [
    [...path, '--help'],
    ...(commands.length > 0 ? [[...path.slice(0, -1), 'help', ...path.slice(-1)]] : []),
  ]);

  it('is printed for every command, by --help and by help', async () => {
    const { run } = commandLine();
    expect(calls.length).toBeGreaterThan(60);
    for (const argv of calls) {
      const { code, out, err } = await run(...argv);
      expect([code, err], argv.join(' ')).toEqual([0, '']);
      expect(out).toContain(
        `Usage: ${['hearth', ...argv.filter((word) => !/^(--)?help$/.test(word))].join(' ')}`,
      );
    }
  });

  it.each([[['nonsense']], [['account', 'nonsense']], [['account', 'add']], [['serve', '--nonsense']]])(
    'is offered for %j, as an error',
    async (argv) => {
      const { run } = commandLine();
      const { code, out, err } = await run(...argv);
      expect([code, out]).toEqual([2, '']);
      expect(err).toMatch(/^error: /);
    },
  );
});

describe('the back ends of the social records', () => {
  it('are copied, with files beside the data', async () => {
    const { run, copies } = commandLine();
    const done = await run('social', 'copy', '--from', 'store:', '--to', 'sqlite:social.db', '--switch');
    expect(done).toMatchObject({ code: 0, err: '' });
    expect(copies).toEqual([{ from: 'store:', to: `sqlite:${join(directory, 'social.db')}` }]);
    expect(done.out).toBe(
      'accounts  2  abababababababab\nBoth sides are the same.\nThe server uses the copy from now on.',
    );
    const json = await run('social', 'copy', '--from', 'store:', '--to', 'null:', '--json');
    expect(JSON.parse(json.out)).toMatchObject({ switched: false, types: [{ type: 'accounts' }] });
  });

  it('are refused where they are none', async () => {
    const { run } = commandLine();
    const refused = await run('social', 'copy', '--from', 'mysql://db/hearth', '--to', 'store:');
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.err).toMatch(/--from must be "store:", "sqlite:FILE"/);
  });

  it('have their tables made and checked', async () => {
    const { run } = commandLine();
    const social = 'dynamodb://eu-central-1/hearth';
    const made = await run('social', 'tables', 'create', '--social', social);
    expect(made).toMatchObject({ code: 0, out: `made a table in ${social}` });
    expect(await run('social', 'tables', 'check', '--social', social)).toMatchObject({
      code: 0,
      out: 'The tables are as they must be.',
    });
    const differing = commandLine({ socialTables: async () => ['a table is missing'] });
    expect(await differing.run('social', 'tables', 'check', '--social', social)).toMatchObject({
      code: 1,
      out: 'a table is missing',
    });
  });
});
