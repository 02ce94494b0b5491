// The commands that need no server: what they read is given to them, and what they find they print.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '#app/cli/run-command';
import { letterAvatar } from '#domain/social/letter-avatar';
import { activityBytesMax, madeIconPixels } from '#support/limits';
import { idleParts } from '#test/fixtures/idle-command-parts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hearth-tools-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

async function run(argv: readonly string[], input: string | Uint8Array = '') {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommand(argv, {
    ...idleParts,
    print: (text) => void out.push(text),
    complain: (text) => void err.push(text),
    readInput: async () => Buffer.from(input),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

const file = (name: string, content: string) => {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
};

const bob = 'https://peer.test/users/bob';
const like = {
  id: `${bob}/likes/1`,
  type: 'Like',
  actor: bob,
  object: 'https://home.test/users/alice/posts/1',
};
const create = {
  '@context': 'https://www.w3.org/ns/activitystreams',
  id: `${bob}/posts/1/activity`,
  type: 'Create',
  actor: bob,
  to: ['https://www.w3.org/ns/activitystreams#Public'],
  object: {
    id: `${bob}/posts/1`,
    type: 'Note',
    attributedTo: bob,
    summary: 'Tea',
    content: '<p>Good <b>morning</b></p>',
    to: ['https://www.w3.org/ns/activitystreams#Public'],
    tag: [{ type: 'Mention', href: 'https://home.test/users/alice', name: '@alice@home.test' }],
  },
};

describe('parse-activity', () => {
  it('shows what is understood of a file', async () => {
    const { code, out, err } = await run(['parse-activity', file('create.json', JSON.stringify(create))]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^type +Create$/m);
    expect(out).toMatch(/^visibility +public$/m);
    expect(out).toMatch(/^text +12 characters$/m);
    expect(out).toMatch(/^warning +Tea$/m);
    expect(out).toMatch(/^mentions +@alice@home\.test https:\/\/home\.test\/users\/alice$/m);
  });

  it('shows several, some from standard input, and fails for those that are refused', async () => {
    const bad = file('bad.json', JSON.stringify({ ...like, actor: 'https://other.test/users/eve' }));
    const files = ['parse-activity', '-', bad];
    const { code, out, err } = await run(files, JSON.stringify(like));
    expect([code, err]).toEqual([1, 'error: One activity is refused.']);
    expect(out).toMatch(/^-:\ntype +Like$/m);
    expect(out).toContain(`${bad}:\nrefused: `);
    const lines = (await run([...files, '--json'], JSON.stringify(like))).out.split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { file: '-', activity: expect.objectContaining({ type: 'Like', actor: bob }) },
      { file: bad, refused: { kind: 'badJson', message: expect.any(String) } },
    ]);
  });

  it.each([
    ['no JSON', 'notJson'],
    ['[]', 'badJson'],
    ['{"__proto__":{}}', 'badJson'],
    ['{"type":"Like"}', 'badJson'],
  ])('refuses %s', async (text, kind) => {
    const { code, out } = await run(['parse-activity', '-', '--json'], text);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ refused: { kind } });
  });

  it('fails where there is nothing to read, or too much', async () => {
    expect(await run(['parse-activity', join(directory, 'missing')])).toMatchObject({
      code: 1,
      err: expect.stringContaining('there is no such file'),
    });
    expect((await run(['parse-activity'])).code).toBe(2);
    const large = await run(['parse-activity', '-'], ' '.repeat(activityBytesMax + 1));
    expect(large).toMatchObject({ code: 1, err: expect.stringContaining(`${activityBytesMax} bytes`) });
    // A device that never ends is read so far and no further.
    expect((await run(['parse-activity', '/dev/zero'])).err).toContain(`${activityBytesMax} bytes`);
  });
});

describe('addresses', () => {
  it('are found in arguments, each once', async () => {
    expect(await run(['addresses', 'Ask', '@Bob@peer.test,', 'or @bob@peer.test and @eve@a.test.'])).toEqual({
      code: 0,
      out: 'bob@peer.test\neve@a.test',
      err: '',
    });
  });

  it('are found in standard input', async () => {
    const { out } = await run(['addresses', '--json'], 'Dear @bob@peer.test!\n');
    expect(JSON.parse(out)).toEqual({ addresses: ['bob@peer.test'] });
    expect(await run(['addresses'], 'Nobody here: bob@peer.test')).toEqual({ code: 0, out: '', err: '' });
  });
});

describe('create-icon', () => {
  it('stores the icon of a name, and writes over nothing unless told to', async () => {
    const path = join(directory, 'alice.png');
    expect((await run(['create-icon', 'alice', path])).out).toBe(
      `${path}: ${madeIconPixels} x ${madeIconPixels} pixels`,
    );
    expect(readFileSync(path).equals(letterAvatar('alice', madeIconPixels))).toBe(true);
    expect(await run(['create-icon', 'bob', path])).toEqual({
      code: 1,
      out: '',
      err: `error: ${path} is there already: --force writes over it.`,
    });
    expect((await run(['create-icon', 'bob', path, '--force', '--size', '64'])).code).toBe(0);
    expect(readFileSync(path).equals(letterAvatar('bob', 64))).toBe(true);
  });

  it('refuses sizes and places that are wrong', async () => {
    const path = join(directory, 'alice.png');
    for (const size of ['0', '15', '513', 'large']) {
      expect((await run(['create-icon', 'alice', path, '--size', size])).code).not.toBe(0);
    }
    expect((await run(['create-icon', 'alice', join(directory, 'no/where.png')])).err).toContain(
      'there is no such directory',
    );
    expect(existsSync(path)).toBe(false);
  });
});
