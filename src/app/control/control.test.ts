import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AdministrationImplementation } from '#app/administration';
import { callsOf } from '#app/administration-call';
import { connectToServer } from '#app/control/control-client';
import { socketPathBytesMax } from '#app/control/control-path';
import { listenForCommands } from '#app/control/control-server';
import { ProtocolError } from '#support/errors';
import { iconBytesMax } from '#support/limits';
import { silentLogger } from '#support/logging';
import { fakeAdministration } from '#test/fixtures/fake-administration';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hearth-control-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const listen = (at = directory) => listenForCommands(at, callsOf(fakeAdministration()), silentLogger);

describe('the control socket', () => {
  it('carries calls, answers and refusals', async () => {
    await using server = await listen();
    await using connection = await connectToServer(directory);
    const administration = connection!.administration;
    const added = await administration.addAccount({ name: 'alicé', password: 'secret "quoted"\n' });
    expect(added).toMatchObject({ name: 'alicé', deactivated: false });
    const many = await Promise.all([administration.listAccounts({}), administration.listTokens({})]);
    expect(many[0].accounts).toEqual([added]);
    await expect(administration.showAccount({ name: 'bob' })).rejects.toMatchObject({
      kind: 'notFound',
      message: 'There is no account bob.',
    });
    await expect(administration.listAccounts({ limit: 0 })).rejects.toMatchObject({ kind: 'invalidParam' });
    expect(statSync(server.path).mode & 0o777).toBe(0o600);
  });

  it('carries pictures, and refuses an answer that is too long for the other end', async () => {
    const image = Buffer.alloc(iconBytesMax, 0xff).toString('base64');
    const icons: unknown[] = [];
    const administration: AdministrationImplementation = {
      ...fakeAdministration(),
      async updateAccount({ icon }) {
        icons.push(icon);
        throw new ProtocolError('notFound', 'It is kept nowhere.');
      },
      async dumpKeys({ limit }) {
        return { keys: Array.from({ length: limit }, () => ({ path: 'x'.repeat(8_192), valueBytes: 1 })) };
      },
    };
    await using _server = await listenForCommands(directory, callsOf(administration), silentLogger);
    await using connection = await connectToServer(directory);
    const far = connection!.administration;
    await expect(far.updateAccount({ name: 'alice', icon: { image } })).rejects.toMatchObject({
      kind: 'notFound',
    });
    expect(icons).toEqual([{ image }]);
    await expect(far.updateAccount({ name: 'alice', icon: { image: `${image}AAAA` } })).rejects.toMatchObject(
      {
        kind: 'invalidParam',
      },
    );
    await expect(far.dumpKeys({ database: 'rooms', limit: 1_000 })).rejects.toMatchObject({
      kind: 'tooLarge',
      message: expect.stringContaining('ask for fewer'),
    });
    expect((await far.dumpKeys({ database: 'rooms', limit: 100 })).keys.length).toBe(100);
  });

  it('is not there without a server, and is gone after one', async () => {
    expect(await connectToServer(directory)).toBeUndefined();
    await (await listen())[Symbol.asyncDispose]();
    expect(await connectToServer(directory)).toBeUndefined();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('belongs to one server at a time', async () => {
    await using _server = await listen();
    await expect(listen()).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('replaces the socket file of a server that was killed', async () => {
    const path = join(directory, 'control.sock');
    const program = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    await new Promise((resolve) => spawn(process.execPath, ['-e', program]).on('exit', resolve));
    expect(statSync(path).isSocket()).toBe(true);
    expect(await connectToServer(directory)).toBeUndefined();
    await using _server = await listen();
    await using connection = await connectToServer(directory);
    expect(await connection?.administration.listTokens({})).toEqual({ tokens: [] });
  });

  it('lies elsewhere, and is found, where the path of the data directory is too long', async () => {
    const deep = join(directory, 'd'.repeat(60), 'e'.repeat(60));
    mkdirSync(deep, { recursive: true });
    const server = await listen(deep);
    expect(Buffer.byteLength(server.path)).toBeLessThanOrEqual(socketPathBytesMax);
    expect(readFileSync(join(deep, 'control.path'), 'utf8').trim()).toBe(server.path);
    const connection = await connectToServer(deep);
    expect(await connection?.administration.listTokens({})).toEqual({ tokens: [] });
    await connection?.[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    expect(readdirSync(deep)).toEqual([]);
    expect(() => statSync(server.path)).toThrow(/ENOENT/);
  });

  it('tells of a server that ends amid a call that it may have done it', async () => {
    const asked = Promise.withResolvers<void>();
    const server = createServer((socket) => {
      socket
        .on('error', () => undefined)
        .once('data', () => {
          socket.destroy();
          asked.resolve();
        });
    });
    await new Promise<void>((resolve) => server.listen(join(directory, 'control.sock'), resolve));
    await using connection = await connectToServer(directory);
    const call = connection!.administration.addAccount({ name: 'alice', password: 'secret' });
    await expect(call).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('it may have done what was asked, or not'),
    });
    await asked.promise;
    await new Promise((resolve) => server.close(resolve));
  });

  it.each(['no json\n', '{"id":"x"}\n', '[]\n'])('hangs up on %j', async (line) => {
    await using server = await listen();
    const ended = await new Promise((resolve) => {
      const socket = connect(server.path, () => socket.write(line));
      socket.on('close', () => resolve(true));
    });
    expect(ended).toBe(true);
  });

  it('refuses unknown methods, those of every object included', async () => {
    const call = callsOf(fakeAdministration());
    for (const method of ['nothing', 'toString', '__proto__']) {
      await expect(call(method, {})).rejects.toMatchObject({ kind: 'unrecognized' });
    }
  });
});
