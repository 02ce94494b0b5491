import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Program, startProgram } from '#test/fixtures/program';

let directory: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hearth-main-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(directory, { recursive: true });
});

function start(...argv: string[]): Program {
  const program = startProgram(argv, { HEARTH_DATA: directory });
  children.push(program.child);
  return program;
}

describe('the program', () => {
  it('serves, takes commands while it runs and when it does not, and stops on a signal', async () => {
    const server = start('serve', '--listen', '127.0.0.1:0', '--server-name', 'a.test');
    const [, origin] = await server.untilPrinted(/on (http:\/\/127\.0\.0\.1:\d+) /);
    const versions = await fetch(`${origin}/_matrix/client/versions`);
    expect(versions.status).toBe(200);
    expect(poolThreadsOf(server.child.pid)).toBe(process.platform === 'linux' ? 16 : undefined);
    const added = await start('account', 'add', 'alice', '--password', 'correct horse battery', '--json')
      .ended;
    expect(added).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(added.out)).toMatchObject({ userId: '@alice:a.test' });
    server.child.kill('SIGTERM');
    expect(await server.ended).toMatchObject({ code: 0, err: '' });
    const shown = await start('account', 'show', 'alice', '--json').ended;
    expect(JSON.parse(shown.out)).toMatchObject({ userId: '@alice:a.test' });
    expect(readdirSync(directory)).not.toContain('control.sock');
  });

  it('refuses another server name, a second server on the same data, and a port that is taken', async () => {
    const server = start('serve', '--listen', '127.0.0.1:0', '--server-name', 'a.test');
    const [, port] = await server.untilPrinted(/on http:\/\/127\.0\.0\.1:(\d+) /);
    const second = await start('serve', '--listen', '127.0.0.1:0').ended;
    expect(second.code).toBe(1);
    expect(second.err).toMatch(/^error: .*another/i);
    const renamed = await start('serve', '--listen', '127.0.0.1:0', '--server-name', 'b.test').ended;
    expect(renamed.code).toBe(1);
    expect(renamed.err).toMatch(/^error: .*belongs to "a\.test"/);
    const taken = await start('serve', '--data', join(directory, 'other'), '--listen', `127.0.0.1:${port}`)
      .ended;
    expect(taken.code).toBe(1);
    expect(taken.err).toMatch(/^error: [^\n]*EADDRINUSE[^\n]*\n$/);
  });

  it('says in one sentence that a back end cannot be had', async () => {
    const nowhere = `sqlite:${join(directory, 'nowhere', 'social.db')}`;
    for (const verb of ['create', 'check']) {
      const ended = await start('social', 'tables', verb, '--social', nowhere).ended;
      expect(ended.code).toBe(1);
      expect(ended.err).toMatch(/^error: [^\n]* cannot be had: it cannot be opened\.\n$/);
    }
  });

  it('keeps its public URL for commands and servers that are not told it again', async () => {
    const serve = ['serve', '--listen', '127.0.0.1:0'];
    const server = start(...serve, '--server-name', 'a.test', '--public-url', 'https://hearth.a.test');
    await server.untilPrinted(/homeserver https:\/\/hearth\.a\.test as /);
    server.child.kill('SIGTERM');
    expect((await server.ended).code).toBe(0);
    const add = ['account', 'add', 'alice', '--password', 'correct horse battery', '--json'];
    expect(JSON.parse((await start(...add).ended).out)).toMatchObject({
      actor: 'https://hearth.a.test/users/alice',
    });
    const moved = await start(...serve, '--public-url', 'https://a.test').ended;
    expect(moved.code).toBe(1);
    expect(moved.err).toMatch(/^error: [^\n]*It must be "https:\/\/hearth\.a\.test" or left out[^\n]*\n$/);
  });

  it('does not begin a server where there is only something to look at', async () => {
    const nowhere = join(directory, 'mistyped');
    const looks = [['check'], ['account', 'list'], ['deliveries', '--account', 'alice']];
    for (const look of looks) {
      const { code, out, err } = await start(...look, '--data', nowhere).ended;
      expect([code, out]).toEqual([1, '']);
      expect(err).toMatch(/^error: There is no server's data in .*mistyped: [^\n]*\n$/);
    }
    expect(readdirSync(directory)).toEqual([]);
    expect((await start('token', 'create', '--data', nowhere).ended).code).toBe(0);
    expect((await start('check', '--data', nowhere).ended).code).toBe(0);
  });

  it('ends quietly when nobody reads its output any more', async () => {
    const command = start('--help');
    command.child.stdout?.destroy();
    expect(await command.ended).toMatchObject({ code: 0, err: '' });
  });
});

/** The threads of libuv's pool; they are started with its first use. Undefined where the system does not tell. */
function poolThreadsOf(pid: number | undefined): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const tasks = `/proc/${pid}/task`;
  const names = readdirSync(tasks).map((task) => readFileSync(join(tasks, task, 'comm'), 'utf8').trim());
  return names.filter((name) => name === 'libuv-worker').length;
}
