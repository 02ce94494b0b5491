// The configuration of a server: from raw settings to one checked structure. The only place with defaults.
import { resolve } from 'node:path';
import { ConfigError } from '#app/config/config-error';
import { isLoopbackHost, type ListenAddress } from '#app/config/listen-address';
import { type SettingName, type SettingValue, settings } from '#app/config/settings';
import {
  publicSocialRecordsUri,
  resolveSocialRecordsUri,
  withoutSecrets,
} from '#app/config/social-records-uri';
import { type RawSettings, readSources, type SettingSources } from '#app/config/sources';
import { readPublicUrl, readServerName, readSocialRecords } from '#app/data-directory';
import type { HookSettings } from '#app/hooks/open-hooks';
import { isServerName, type ServerName } from '#protocol/matrix/server-name';
import type { LogLevel } from '#support/logging';

export interface Config {
  /** Absolute path. */
  readonly dataDirectory: string;
  readonly serverName: ServerName;
  /** Scheme, host and port where the world reaches us, without a slash at the end. */
  readonly publicUrl: string;
  readonly listen: ListenAddress;
  readonly registration: 'open' | 'token' | 'closed';
  readonly rateLimits: boolean;
  readonly allowPrivateNetwork: boolean;
  readonly trustedProxies: readonly string[];
  readonly accessTokensInQuery: boolean;
  readonly logLevel: LogLevel;
  /** A store URI for each database; equal ones share one store. Level paths are absolute. */
  readonly databases: {
    readonly rooms: string;
    readonly accounts: string;
    readonly transitory: string;
    readonly social: string;
  };
  /** The back end of the social records; the path of a file is absolute. */
  readonly socialRecords: string;
  /** What is told of messages and followers. */
  readonly hooks: HookSettings;
}

/**
 * Reads and checks everything that decides how a server runs, the server name and the public URL kept in its data directory included.
 * @throws ConfigError naming the setting, its value and what would be right
 * @param mayBeElsewhere whether the back end that is given may be another than the server's, as for those who prepare a move
 */
export function loadConfig(
  sources: SettingSources,
  { mayBeElsewhere = false }: { readonly mayBeElsewhere?: boolean } = {},
): Config {
  const raw = readSources(sources);
  const dataDirectory = dataDirectoryOf(raw);
  return makeConfig(raw, dataDirectory, {
    name: readServerName(dataDirectory),
    publicUrl: readPublicUrl(dataDirectory),
    socialRecords: readSocialRecords(dataDirectory),
    mayBeElsewhere,
  });
}

/** Where the data lie, for commands that may only need to find a running server. */
export function dataDirectoryOf(raw: RawSettings): string {
  return resolve(settingOf(raw, 'data') ?? 'data');
}

interface Kept {
  readonly name: ServerName | undefined;
  readonly publicUrl: string | undefined;
  readonly socialRecords: string | undefined;
  readonly mayBeElsewhere: boolean;
}

function makeConfig(raw: RawSettings, dataDirectory: string, kept: Kept): Config {
  const listen = settingOf(raw, 'listen') ?? { host: '127.0.0.1', port: 8008 };
  const serverName = serverNameOf(raw, kept.name, listen);
  const store = `level:${resolve(dataDirectory, 'store')}`;
  const databaseUri = (name: 'rooms' | 'accounts' | 'transitory' | 'social') => {
    const uri = settingOf(raw, `databases.${name}`);
    if (uri === undefined) return store;
    // A path in the settings lies beside the data, wherever the server is started from.
    const [, scheme = '', path = ''] = /^(level|foundationdb):(.+)$/.exec(uri) ?? [];
    return scheme === '' ? uri : `${scheme}:${resolve(dataDirectory, path)}`;
  };
  return {
    dataDirectory,
    serverName,
    publicUrl: publicUrlOf(raw, kept.publicUrl) ?? defaultPublicUrl(serverName, listen),
    listen,
    registration: settingOf(raw, 'registration') ?? 'closed',
    rateLimits: settingOf(raw, 'rate_limits') ?? true,
    allowPrivateNetwork: settingOf(raw, 'allow_private_network') ?? false,
    trustedProxies: settingOf(raw, 'trusted_proxies') ?? [],
    accessTokensInQuery: settingOf(raw, 'access_tokens_in_query') ?? false,
    logLevel: settingOf(raw, 'log_level') ?? 'info',
    databases: {
      rooms: databaseUri('rooms'),
      accounts: databaseUri('accounts'),
      transitory: databaseUri('transitory'),
      social: databaseUri('social'),
    },
    socialRecords: socialRecordsOf(raw, dataDirectory, kept),
    hooks: {
      onMessage: settingOf(raw, 'social.on_message'),
      onFollower: settingOf(raw, 'social.on_follower'),
      secret: settingOf(raw, 'social.hook_secret'),
    },
  };
}

/** The name that was given, else the one kept with the data, else `localhost` and the port. */
function serverNameOf(raw: RawSettings, keptName: ServerName | undefined, listen: ListenAddress): ServerName {
  const given = settingOf(raw, 'server_name');
  if (given === undefined && keptName === undefined) {
    const derived = listen.port === 0 ? 'localhost' : `localhost:${listen.port}`;
    if (isServerName(derived)) return derived;
  }
  if (keptName !== undefined && given !== undefined && given !== keptName) {
    throw new ConfigError(
      `The setting server_name (${raw.get('server_name')?.source}) is "${given}", but the data directory belongs to ` +
        `"${keptName}": a server keeps its name for ever. It must be "${keptName}" or left out, or "data" must name ` +
        'another directory.',
    );
  }
  const name = given ?? keptName ?? '';
  if (!isServerName(name)) throw new ConfigError(`"${name}" is not a server name.`);
  return name;
}

/** The one kept with the data, which may be given as well, else the one that is given. */
function publicUrlOf(raw: RawSettings, kept: string | undefined): string | undefined {
  const given = settingOf(raw, 'public_url');
  if (kept !== undefined && given !== undefined && given !== kept) {
    throw new ConfigError(
      `The setting public_url (${raw.get('public_url')?.source}) is "${given}", but the server of the data directory is ` +
        `reached at "${kept}": the ids of its actors and posts carry that for ever. It must be "${kept}" or left out, ` +
        'or "data" must name another directory.',
    );
  }
  return kept ?? given;
}

/**
 * The back end that is given, which must be the one that the data directory knows: another would look like a server that
 * has lost all that it had. What is kept has no password, so that only what needs none may be left out.
 */
function socialRecordsOf(
  raw: RawSettings,
  dataDirectory: string,
  { socialRecords: kept, mayBeElsewhere }: Kept,
): string {
  const given = settingOf(raw, 'social.records');
  if (given === undefined) {
    if (kept === undefined || kept.includes('://')) {
      if (kept === undefined) return 'store:';
      throw new ConfigError(
        `The social records of this server are in ${kept}, and the setting social.records (--social) does not say so.`,
      );
    }
    return kept;
  }
  const uri = resolveSocialRecordsUri(given, dataDirectory);
  if (kept !== undefined && !mayBeElsewhere && publicSocialRecordsUri(uri) !== kept) {
    throw new ConfigError(
      `The setting social.records (${raw.get('social.records')?.source}) names ${publicSocialRecordsUri(uri)}, but the ` +
        `social records of this server are in ${kept}. They are moved by "hearth social copy --from … --to … --switch".`,
    );
  }
  return uri;
}

/** https for a name that the world can reach, http on the loopback, at the port of the name or the one listened on. */
function defaultPublicUrl(serverName: string, listen: ListenAddress): string {
  const [, host = serverName, port] = /^(.*?)(?::(\d+))?$/.exec(serverName) ?? [];
  if (!isLoopbackHost(host)) return new URL(`https://${serverName}`).origin;
  // A port that is not chosen yet cannot be part of ids that last.
  if (port === undefined && listen.port === 0) return `http://${host}`;
  return new URL(`http://${host}:${port ?? listen.port}`).origin;
}

/** The checked value of a setting, or undefined where it is not set. */
function settingOf<Name extends SettingName>(raw: RawSettings, name: Name): SettingValue<Name> | undefined {
  const found = raw.get(name);
  if (!found) return undefined;
  const { schema, right } = settings[name];
  const result = schema.safeParse(found.value);
  if (result.success) return result.data as SettingValue<Name>;
  throw new ConfigError(
    `The setting ${name} (${found.source}) is ${shown(name, found.value)}: it must be ${right}.`,
    found.source.startsWith('--'),
  );
}

/** A value that is not right, as it may be read by others. */
function shown(name: SettingName, value: unknown): string {
  return JSON.stringify(
    name === 'social.records' && typeof value === 'string' ? withoutSecrets(value) : value,
  );
}
