// The configuration as an administrator reads it: every setting with its value in force and where that comes from.
import { type Config, loadConfig } from '#app/config/config';
import { formatListenAddress } from '#app/config/listen-address';
import { environmentName, type SettingName, settingNames, settings } from '#app/config/settings';
import { publicSocialRecordsUri } from '#app/config/social-records-uri';
import { readSources, type SettingSources } from '#app/config/sources';
import { readPublicUrl, readServerName, readSocialRecords } from '#app/data-directory';
import { publicHook } from '#app/hooks/parse-hook';

export interface DescribedSetting {
  readonly name: SettingName;
  readonly value: string | boolean | readonly string[];
  /** A flag, a variable, a file, `kept with the data`, or `default`. */
  readonly source: string;
  readonly variable: string;
  readonly purpose: string;
}

const inForce: Record<SettingName, (config: Config) => DescribedSetting['value']> = {
  data: (config) => config.dataDirectory,
  server_name: (config) => config.serverName,
  public_url: (config) => config.publicUrl,
  listen: (config) => formatListenAddress(config.listen),
  registration: (config) => config.registration,
  rate_limits: (config) => config.rateLimits,
  allow_private_network: (config) => config.allowPrivateNetwork,
  trusted_proxies: (config) => config.trustedProxies,
  access_tokens_in_query: (config) => config.accessTokensInQuery,
  log_level: (config) => config.logLevel,
  'databases.rooms': (config) => config.databases.rooms,
  'databases.accounts': (config) => config.databases.accounts,
  'databases.transitory': (config) => config.databases.transitory,
  'databases.social': (config) => config.databases.social,
  'social.records': (config) => publicSocialRecordsUri(config.socialRecords),
  'social.on_message': ({ hooks }) => publicHook(hooks.onMessage),
  'social.on_follower': ({ hooks }) => publicHook(hooks.onFollower),
  'social.hook_secret': ({ hooks }) => (hooks.secret === undefined ? '' : 'a secret'),
};

/** @throws ConfigError as `loadConfig` does */
export function describeConfig(sources: SettingSources): readonly DescribedSetting[] {
  const config = loadConfig(sources);
  const raw = readSources(sources);
  return settingNames.map((name) => ({
    name,
    value: inForce[name](config),
    source: raw.get(name)?.source ?? (isKept(name, config) ? 'kept with the data' : 'default'),
    variable: environmentName(name),
    purpose: settings[name].purpose,
  }));
}

function isKept(name: SettingName, { dataDirectory }: Config): boolean {
  if (name === 'server_name') return readServerName(dataDirectory) !== undefined;
  if (name === 'social.records') return readSocialRecords(dataDirectory) !== undefined;
  return name === 'public_url' && readPublicUrl(dataDirectory) !== undefined;
}
