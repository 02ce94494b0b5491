import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '#app/config/config';
import { describeConfig } from '#app/config/describe-config';
import { environmentName, settingNames } from '#app/config/settings';
import type { SettingSources } from '#app/config/sources';
import { claimDataDirectory, keepSocialRecords, readPublicUrl, readServerName } from '#app/data-directory';
import { parseServerName } from '#protocol/matrix/server-name';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hearth-config-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const load = ({ flags = {}, environment = {}, file }: Partial<SettingSources>) =>
  loadConfig({ flags: { data: join(directory, 'data'), ...flags }, environment, file });

function toml(text: string): string {
  const path = join(directory, 'hearth.toml');
  writeFileSync(path, text);
  return path;
}

describe('the configuration', () => {
  it('serves http://localhost:8008 from ./data, closed, without any settings', () => {
    expect(loadConfig({ flags: {}, environment: {} })).toMatchObject({
      dataDirectory: join(process.cwd(), 'data'),
      serverName: 'localhost:8008',
      publicUrl: 'http://localhost:8008',
      listen: { host: '127.0.0.1', port: 8008 },
      registration: 'closed',
      rateLimits: true,
      allowPrivateNetwork: false,
      databases: { rooms: `level:${join(process.cwd(), 'data', 'store')}` },
    });
  });

  it('lets flags count before the environment and the environment before the file', () => {
    const file = toml('listen = "127.0.0.1:1"\nregistration = "open"\nlog_level = "warn"');
    const environment = { HEARTH_LISTEN: '127.0.0.1:2', HEARTH_REGISTRATION: 'token' };
    const config = load({ file, environment, flags: { listen: '127.0.0.1:3' } });
    expect(config).toMatchObject({ listen: { port: 3 }, registration: 'token', logLevel: 'warn' });
    expect(load({ environment: { HEARTH_CONFIG: file } }).registration).toBe('open');
  });

  it('reads every setting from the environment as from the file', () => {
    const values = {
      server_name: 'example.org',
      public_url: 'https://matrix.example.org/',
      listen: '[::1]:8448',
      registration: 'open',
      rate_limits: 'off',
      allow_private_network: 'on',
      trusted_proxies: '127.0.0.1, 10.0.0.0/8',
      access_tokens_in_query: 'true',
      log_level: 'debug',
      'databases.rooms': 'memory:',
      'databases.accounts': 'level:accounts',
      'databases.transitory': 'foundationdb:/etc/foundationdb/fdb.cluster',
      'databases.social': 'memory:',
      'social.records': 'store:',
      'social.on_message': 'http://127.0.0.1:9000/hearth',
      'social.on_follower': 'run:/bin/tell me',
      'social.hook_secret': 'sixteen letters!',
    };
    const variables = Object.entries(values).map(([name, value]) => [
      `HEARTH_${name.replace('.', '_').toUpperCase()}`,
      value,
    ]);
    const config = load({ environment: Object.fromEntries(variables) });
    expect(config).toEqual({
      dataDirectory: join(directory, 'data'),
      serverName: 'example.org',
      publicUrl: 'https://matrix.example.org',
      listen: { host: '::1', port: 8448 },
      registration: 'open',
      rateLimits: false,
      allowPrivateNetwork: true,
      trustedProxies: ['127.0.0.1', '10.0.0.0/8'],
      accessTokensInQuery: true,
      logLevel: 'debug',
      databases: {
        rooms: 'memory:',
        accounts: `level:${join(directory, 'data', 'accounts')}`,
        transitory: 'foundationdb:/etc/foundationdb/fdb.cluster',
        social: 'memory:',
      },
      socialRecords: 'store:',
      hooks: {
        onMessage: { kind: 'webhook', url: 'http://127.0.0.1:9000/hearth' },
        onFollower: { kind: 'program', program: { path: '/bin/tell', arguments: ['me'] } },
        secret: 'sixteen letters!',
      },
    });
    const file = toml(`
      server_name = "example.org"
      public_url = "https://matrix.example.org"
      listen = "[::1]:8448"
      registration = "open"
      rate_limits = "off"
      allow_private_network = true
      trusted_proxies = ["127.0.0.1", "10.0.0.0/8"]
      access_tokens_in_query = true
      log_level = "debug"
      [databases]
      rooms = "memory:"
      accounts = "level:accounts"
      transitory = "foundationdb:/etc/foundationdb/fdb.cluster"
      social = "memory:"
      [social]
      records = "store:"
      on_message = "http://127.0.0.1:9000/hearth"
      on_follower = "run:/bin/tell me"
      hook_secret = "sixteen letters!"`);
    expect(load({ file })).toEqual(config);
    expect(settingNames.map(environmentName)).toEqual([
      'HEARTH_DATA',
      ...Object.keys(values).map((name) => `HEARTH_${name.replace('.', '_').toUpperCase()}`),
    ]);
  });

  it.each([
    ['server_name', 'no spaces'],
    ['public_url', 'https://example.org/path'],
    ['public_url', 'ftp://example.org'],
    ['listen', '8008'],
    ['listen', 'localhost:99999'],
    ['registration', 'maybe'],
    ['rate_limits', '7'],
    ['trusted_proxies', '10.0.0.0/33'],
    ['databases.rooms', 'sqlite:x'],
    ['log_level', 'loud'],
    ['social.on_message', 'run:tell'],
    ['social.on_follower', 'example.org'],
    ['social.hook_secret', 'short'],
  ] as const)('refuses %s = "%s", naming setting, source, value and what would be right', (name, value) => {
    expect(() => load({ environment: { [environmentName(name)]: value } })).toThrow(
      new RegExp(`^The setting ${name} \\(${environmentName(name)}\\) is ".+": it must be .+\\.$`),
    );
  });

  it('refuses a file that is missing, is no TOML, or holds an unknown setting, with what may be meant', () => {
    expect(() => load({ file: join(directory, 'none.toml') })).toThrow(/none\.toml cannot be read: ENOENT/);
    expect(() => load({ file: toml('a = 1\nb = ') })).toThrow(/not valid TOML, in line 2/);
    expect(() => load({ file: toml('registrations = "open"') })).toThrow(/is registration meant\?/);
    expect(() => load({ file: toml('[databases]\nroom = "memory:"') })).toThrow(
      /is databases\.rooms meant\?/,
    );
    expect(() => load({ file: toml('databases = "memory:"') })).toThrow(
      /setting databases, which does not exist/,
    );
  });

  it.each([
    [
      'HEARTH_REGISTRATON',
      'open',
      /HEARTH_REGISTRATON, which is no setting; is HEARTH_REGISTRATION meant\?$/,
    ],
    ['HEARTH_DATABASE_ROOMS', 'memory:', /is HEARTH_DATABASES_ROOMS meant\?$/],
    ['HEARTH_COLOUR', 'red', /HEARTH_COLOUR, which is no setting: .+\.$/],
    ['HEARTH_PORT', '8008', /HEARTH_PORT, which is no setting/],
  ])('refuses %s in the environment, as it would not count', (variable, value, message) => {
    expect(() => load({ environment: { [variable]: value } })).toThrow(message);
    expect(load({ environment: { [variable]: '' } }).registration).toBe('closed');
  });

  it('leaves alone what is in the environment without being meant for the server', () => {
    const environment = {
      HEARTHS_COLOUR: 'red',
      HEARTH_TEST_FOUNDATIONDB: 'cluster',
      HEARTH_MATRIX_SPEC: '/somewhere',
      HEARTH_SERVICE_HOST: '10.0.0.1',
      HEARTH_SERVICE_PORT: '8008',
      HEARTH_SERVICE_PORT_HTTP: '8008',
      HEARTH_PORT: 'tcp://10.0.0.1:8008',
      HEARTH_PORT_8008_TCP: 'tcp://10.0.0.1:8008',
      HEARTH_PORT_8008_TCP_ADDR: '10.0.0.1',
      HEARTH_WEB_SERVICE_HOST: '10.0.0.2',
    };
    expect(load({ environment })).toEqual(load({}));
  });

  it.each([
    ['example.org', 'https://example.org'],
    ['example.org:8448', 'https://example.org:8448'],
    ['localhost', 'http://localhost:8008'],
    ['localhost:81', 'http://localhost:81'],
    ['127.0.0.2:81', 'http://127.0.0.2:81'],
    ['[::1]:81', 'http://[::1]:81'],
  ])('reaches %s at %s unless told otherwise', (serverName, publicUrl) => {
    expect(load({ flags: { server_name: serverName } }).publicUrl).toBe(publicUrl);
  });
});

describe('the data directory', () => {
  it('keeps the first server name, whatever the settings become, and refuses another', () => {
    const data = join(directory, 'data');
    expect(readServerName(data)).toBeUndefined();
    claimDataDirectory(data, load({ flags: { listen: '127.0.0.1:8010' } }));
    expect(statSync(data).mode & 0o777).toBe(0o700);
    expect(load({ flags: { listen: '127.0.0.1:9000' } }).serverName).toBe('localhost:8010');
    expect(() => load({ flags: { server_name: 'example.org' } })).toThrow(
      /server_name \(--server-name\) is "example\.org", but the data directory belongs to "localhost:8010"/,
    );
    const { publicUrl } = load({});
    expect(() => claimDataDirectory(data, { serverName: parseServerName('example.org'), publicUrl })).toThrow(
      /belongs to "localhost:8010"/,
    );
    writeFileSync(join(data, 'server-name'), 'a b\n');
    expect(() => load({})).toThrow(/holds "a b", which is not a server name/);
  });

  it('knows where the social records are, and refuses to look elsewhere', () => {
    const data = join(directory, 'data');
    claimDataDirectory(data, load({}));
    keepSocialRecords(data, load({ flags: { 'social.records': 'sqlite:social.db' } }).socialRecords);
    expect(load({}).socialRecords).toBe(`sqlite:${join(data, 'social.db')}`);
    expect(() => load({ flags: { 'social.records': 'store:' } })).toThrow(
      /social\.records \(--social\) names store:, but .* are in sqlite:\/.*social copy --from … --to … --switch/,
    );
    const postgres = 'postgres://hearth:secret@db.example/hearth?sslmode=require';
    keepSocialRecords(data, postgres);
    expect(readFileSync(join(data, 'social-records'), 'utf8')).toBe('postgres://db.example/hearth\n');
    expect(load({ environment: { HEARTH_SOCIAL_RECORDS: postgres } }).socialRecords).toBe(postgres);
    // Those who prepare a move name another one.
    const prepared = { flags: { data, 'social.records': 'sqlite:new.db' }, environment: {} };
    expect(loadConfig(prepared, { mayBeElsewhere: true }).socialRecords).toBe(
      `sqlite:${join(data, 'new.db')}`,
    );
    expect(() => load({})).toThrow(/are in postgres:\/\/db\.example\/hearth, and the setting/);
    expect(() => load({ flags: { 'social.records': 'mysql://db' } })).toThrow(
      /must be "store:", "sqlite:FILE"/,
    );
  });

  it('tells services that are compatible with DynamoDB apart', () => {
    const data = join(directory, 'data');
    claimDataDirectory(data, load({}));
    const records = (uri: string) => load({ flags: { 'social.records': uri } }).socialRecords;
    keepSocialRecords(data, 'dynamodb://eu-central-1/hearth?endpoint=http://key:secret@127.0.0.1:8000/');
    expect(readFileSync(join(data, 'social-records'), 'utf8')).not.toContain('secret');
    const here = 'dynamodb://eu-central-1/hearth?endpoint=http://127.0.0.1:8000';
    expect(records(here)).toBe(here);
    expect(() => records('dynamodb://eu-central-1/hearth')).toThrow(/are in dynamodb:.*127\.0\.0\.1:8000/);
  });

  it.each([
    'postgress://hearth:secret@db.example/hearth',
    'postgres://hearth:secret@db.example:99999/hearth',
    'postgress:/db.example/hearth?password=secret',
    'hearth:secret@db.example',
  ])('does not repeat the password of a back end that is not right: %s', (uri) => {
    const complaint = () => load({ flags: { 'social.records': uri } });
    expect(complaint).toThrow(/social\.records \(--social\) is "(?:postgress?|hearth):…"/);
    expect(complaint).not.toThrow('secret');
  });

  it('fails clearly where it cannot be made', () => {
    const file = toml('');
    expect(() => claimDataDirectory(join(file, 'data'), load({}))).toThrow(/cannot be used: ENOTDIR/);
  });

  it.each([
    [{ server_name: 'example.org', public_url: 'https://hearth.example.org' }, 'https://hearth.example.org'],
    [{ server_name: 'example.org' }, 'https://example.org'],
    [{ server_name: 'localhost', listen: '127.0.0.1:8010' }, 'http://localhost:8010'],
    [{ server_name: 'localhost', listen: '127.0.0.1:0' }, 'http://localhost'],
  ])(
    'keeps the first public URL, of %j, whatever the settings become, and refuses another',
    (flags, kept) => {
      const data = join(directory, 'data');
      const first = load({ flags });
      expect(readPublicUrl(data)).toBeUndefined();
      claimDataDirectory(data, first);
      expect(readPublicUrl(data)).toBe(kept);
      expect(load({}).publicUrl).toBe(kept);
      expect(load({ flags: { listen: '127.0.0.1:9000' } }).publicUrl).toBe(kept);
      expect(load({ environment: { HEARTH_PUBLIC_URL: `${kept}/` } }).publicUrl).toBe(kept);
      expect(() => load({ flags: { public_url: 'https://elsewhere.example.org' } })).toThrow(
        `public_url (--public-url) is "https://elsewhere.example.org", but the server of the data directory is reached at "${kept}"`,
      );
      expect(() =>
        claimDataDirectory(data, { ...first, publicUrl: 'https://elsewhere.example.org' }),
      ).toThrow(`belongs to the server at ${kept}, not at https://elsewhere.example.org`);
      const described = describeConfig({ flags: { data }, environment: {} });
      expect(described.find(({ name }) => name === 'public_url')).toMatchObject({
        value: kept,
        source: 'kept with the data',
      });
      writeFileSync(join(data, 'public-url'), 'example.org\n');
      expect(() => load({})).toThrow(/holds "example\.org", which is not an address/);
    },
  );
});

describe('the description', () => {
  it('says of every setting what is in force and where that comes from', () => {
    const described = describeConfig({
      flags: { data: directory },
      environment: { HEARTH_TRUSTED_PROXIES: '::1' },
    });
    expect(described.map(({ name }) => name)).toEqual(settingNames);
    expect(described.find(({ name }) => name === 'trusted_proxies')).toMatchObject({
      value: ['::1'],
      source: 'HEARTH_TRUSTED_PROXIES',
    });
    expect(described.find(({ name }) => name === 'listen')).toMatchObject({
      value: '127.0.0.1:8008',
      source: 'default',
      variable: 'HEARTH_LISTEN',
    });
    expect(described.find(({ name }) => name === 'data')).toMatchObject({ source: '--data' });
  });

  it('tells no secrets', () => {
    const described = describeConfig({
      flags: { data: directory },
      environment: {
        HEARTH_SOCIAL_ON_MESSAGE: 'https://bots.example.org/hearth?key=secret',
        HEARTH_SOCIAL_HOOK_SECRET: 'a secret of sixteen letters and more',
      },
    });
    const values = new Map(described.map(({ name, value }) => [name, value]));
    expect(values.get('social.on_message')).toBe('https://bots.example.org/hearth?…');
    expect(values.get('social.hook_secret')).toBe('a secret');
  });
});

describe('docs/hosting.md', () => {
  it('names every setting', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/hosting.md'), 'utf8');
    for (const name of settingNames) {
      const last = name.slice(name.indexOf('.') + 1);
      expect(page.includes(`\`${name}\``) || page.includes(`\`.${last}\``), name).toBe(true);
    }
  });
});
