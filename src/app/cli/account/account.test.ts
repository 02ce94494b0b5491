import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { letterAvatar } from '#domain/social/letter-avatar';
import { iconBytesMax } from '#support/limits';
import { type CommandLine, openCommandLine } from '#test/fixtures/command-line';

let line: CommandLine;
beforeAll(async () => {
  line = await openCommandLine({ accounts: ['alice'] });
});
afterAll(() => line[Symbol.asyncDispose]());

const refusal = (err: unknown) => ({ code: 1, out: '', err });
const misuse = (err: unknown) => ({ code: 2, out: '', err });

describe('an account', () => {
  it('is made with a profile, changed and shown', async () => {
    const icon = join(line.directory, 'news.png');
    writeFileSync(icon, letterAvatar('news', 64));
    const made = await line.run([
      ...['account', 'add', 'news', '--password', 'a kettle of tea', '--type', 'service'],
      ...['--display-name', 'The News', '--blurb', 'What happens.', '--url', 'https://news.test/'],
      ...['--icon', icon, '--alias', 'press', '--alias', 'paper', '--property', 'Since=1851'],
      ...['--property', 'Motto=a=b', '--approve-followers', '--undiscoverable'],
    ]);
    expect(made).toEqual({
      code: 0,
      out: '@news:home.test can sign in now. In the fediverse: https://home.test/users/news',
      err: '',
    });
    expect(await line.ask('account', 'show', 'news')).toMatchObject({
      name: 'news',
      userId: '@news:home.test',
      profile: {
        address: 'news@home.test',
        type: 'Service',
        displayName: 'The News',
        blurb: 'What happens.',
        url: 'https://news.test/',
        iconKind: 'own',
        approvesFollowers: true,
        discoverable: false,
        aliases: ['press', 'paper'],
        properties: [
          { name: 'Since', value: '1851' },
          { name: 'Motto', value: 'a=b' },
        ],
      },
    });
    const served = await line.transport(new Request('https://home.test/users/news/icon'));
    expect(Buffer.from(await served.arrayBuffer()).equals(readFileSync(icon))).toBe(true);
    const cleared = await line.run([
      ...['account', 'update', 'news', '--no-icon', '--no-url', '--no-blurb', '--no-display-name'],
      ...['--no-approve-followers', '--discoverable', '--type', 'person'],
    ]);
    expect(cleared).toMatchObject({ code: 0, err: '' });
    expect(cleared.out).toMatch(/^shown as +news$/m);
    expect(cleared.out).toMatch(/^icon .* \(made from the name\)$/m);
    expect(cleared.out).toMatch(/^other names +press\n +paper$/m);
    const { profile } = (await line.ask('account', 'show', 'news')) as { profile: object };
    expect(profile).toMatchObject({ type: 'Person', iconKind: 'made', approvesFollowers: false });
    expect(Object.keys(profile)).not.toContain('url');
    expect(Object.keys(profile)).not.toContain('blurb');
  });

  it('takes an icon that lies elsewhere', async () => {
    const address = 'https://pictures.test/alice.jpg';
    const updated = await line.ask('account', 'update', 'alice', '--icon', address);
    expect(updated).toMatchObject({ profile: { icon: address, iconKind: 'elsewhere' } });
  });

  it('shows its name in both networks', async () => {
    await line.ask('account', 'update', 'alice', '--display-name', 'Alice L.');
    const shown = await line.house.administration.showAccount({ name: 'alice' });
    expect(shown.profile?.displayName).toBe('Alice L.');
  });

  it('is listed with its type', async () => {
    const listed = await line.run(['account', 'list']);
    expect(listed.out).toMatch(/^alice .* person$/m);
    expect(await line.ask('account', 'list')).toMatchObject({
      accounts: expect.arrayContaining([expect.objectContaining({ name: 'alice', type: 'Person' })]),
    });
  });

  it('has no profile once it is deactivated', async () => {
    await line.run(['account', 'add', 'gone', '--password', 'a kettle of tea']);
    await line.run(['account', 'deactivate', 'gone']);
    expect((await line.run(['account', 'show', 'gone'])).out).toMatch(/^deactivated +yes$/m);
    expect(await line.ask('account', 'show', 'gone')).not.toHaveProperty('profile');
    expect((await line.run(['account', 'list'])).out).toMatch(/^gone .* deactivated$/m);
    const updated = await line.run(['account', 'update', 'gone', '--blurb', 'Hello']);
    expect(updated).toMatchObject({ code: 1, out: '' });
  });

  it('says what is wrong with a profile, and what was made all the same', async () => {
    const add = ['account', 'add', 'half', '--password', 'a kettle of tea'];
    const missing = join(line.directory, 'missing.png');
    expect(await line.run([...add, '--icon', missing])).toEqual(
      refusal(`error: ${missing} cannot be read: there is no such file.`),
    );
    expect(await line.run([...add, '--icon', line.directory])).toEqual(
      refusal(`error: ${line.directory} is a directory; a file is needed.`),
    );
    const large = join(line.directory, 'large.png');
    writeFileSync(large, Buffer.alloc(iconBytesMax + 1));
    expect(await line.run([...add, '--icon', large])).toEqual(
      refusal(expect.stringContaining(`has more than ${iconBytesMax} bytes`)),
    );
    expect((await line.run(['account', 'show', 'half'])).code).toBe(1);
    const text = join(line.directory, 'text.png');
    writeFileSync(text, 'no picture');
    expect(await line.run([...add, '--icon', text])).toEqual(
      refusal(
        'error: @half:home.test is made, but not all that was asked for: An icon is a PNG, JPEG, GIF or WebP picture. ' +
          '"hearth account update" can set the rest.',
      ),
    );
    expect((await line.run(['account', 'show', 'half'])).code).toBe(0);
  });

  it.each([
    [[], 'Say what is to change'],
    [['--property', 'Pronouns'], 'a name, = and a value'],
    [['--property', '=they'], 'a name, = and a value'],
    [['--type', 'robot'], 'person, service'],
    [['--icon', ''], '--no-icon'],
    [['--discoverable', '--undiscoverable'], 'cannot be used with'],
  ])('is not updated with %j', async (options, message) => {
    expect(await line.run(['account', 'update', 'alice', ...options])).toEqual(
      misuse(expect.stringContaining(message)),
    );
  });
});

describe('other names', () => {
  const as = ['--account', 'alice'];

  it('are added, listed page by page, and taken away', async () => {
    expect((await line.run(['alias', 'add', 'al', ...as])).out).toBe('al now leads to alice.');
    expect((await line.run(['alias', 'add', 'al', ...as])).out).toBe('al leads to alice already.');
    expect(await line.ask('alias', 'add', 'lice', ...as)).toMatchObject({ added: true });
    const first = await line.run(['aliases', ...as, '--limit', '1']);
    expect(first.out).toMatch(/^lice +since .*\n\(more: --after (\S+)\)$/);
    const after = /--after (\S+)\)/.exec(first.out)?.[1] ?? '';
    expect(await line.ask('alias', 'list', ...as, '--after', after)).toMatchObject({
      aliases: [{ name: 'al' }],
    });
    expect((await line.run(['alias', 'remove', 'al', ...as])).out).toBe('al leads to alice no longer.');
    expect((await line.run(['alias', 'remove', 'al', ...as])).code).toBe(1);
    await line.run(['alias', 'remove', 'lice', ...as]);
    expect((await line.run(['aliases', ...as])).out).toBe('alice has no other names.');
  });

  it('are no names of accounts', async () => {
    expect((await line.run(['alias', 'add', 'alice', ...as])).code).toBe(1);
    expect((await line.run(['alias', 'add', 'no name', ...as])).err).toContain('is no name');
  });
});

describe('properties', () => {
  it('are set, read, listed and taken away', async () => {
    const as = ['--account', 'alice'];
    expect((await line.run(['property', 'set', 'Pronouns', 'she', ...as])).out).toBe('Pronouns = she');
    await line.run(['property', 'set', 'Pronouns', 'she/her', ...as]);
    expect((await line.run(['property', 'get', 'Pronouns', ...as])).out).toBe('she/her');
    expect(await line.ask('property', 'list', ...as)).toMatchObject({
      properties: [{ name: 'Pronouns', value: 'she/her', updatedAt: expect.any(Number) }],
    });
    expect((await line.run(['property', 'list', ...as])).out).toBe('Pronouns  she/her');
    expect((await line.run(['property', 'remove', 'Pronouns', ...as])).code).toBe(0);
    expect(await line.run(['property', 'get', 'Pronouns', ...as])).toEqual(
      refusal('error: alice has no property called Pronouns.'),
    );
    expect((await line.run(['property', 'list', ...as])).out).toBe('alice has no properties.');
  });
});

it('prints nothing that steers a terminal, whoever wrote it', async () => {
  const as = ['--account', 'alice'];
  await line.run(['property', 'set', 'Odd', 'a\u001b[31mb\u009bc', ...as]);
  expect((await line.run(['property', 'get', 'Odd', ...as])).out).toBe('a\ufffd[31mb\ufffdc');
  const { out } = await line.run(['property', 'get', 'Odd', ...as, '--json']);
  expect(out).not.toMatch(/\p{Cc}/u);
  expect(JSON.parse(out)).toMatchObject({ value: 'a\u001b[31mb\u009bc' });
});
