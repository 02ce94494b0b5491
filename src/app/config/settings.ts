// Every setting there is, declared once: its name in the file, what it may be and what it is for. The environment
// variable (`HEARTH_` and the name in capitals), the checks, their messages and `config show` come from this table.
import { isIP } from 'node:net';
import { z } from 'zod';
import { parseHttpOrigin } from '#app/config/http-origin';
import { parseListenAddress } from '#app/config/listen-address';
import { isSocialRecordsUri, socialRecordsForms } from '#app/config/social-records-uri';
import { parseHook } from '#app/hooks/parse-hook';
import { isServerName } from '#protocol/matrix/server-name';
import { hookSecretCharactersMin } from '#support/limits';

/** A setting: `schema` takes what a TOML file or a string of the environment holds. */
interface Setting<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  /** What would be right, to end the sentence "it must be …". */
  readonly right: string;
  /** What it is for, in a few words. */
  readonly purpose: string;
}

const setting = <Schema extends z.ZodType>(
  schema: Schema,
  right: string,
  purpose: string,
): Setting<Schema> => ({
  schema,
  right,
  purpose,
});

const flag = z.union([
  z.boolean(),
  z.enum(['on', 'true', 'yes']).transform(() => true),
  z.enum(['off', 'false', 'no']).transform(() => false),
]);

const list = z.union([
  z.array(z.string()),
  z.string().transform((text) =>
    text
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  ),
]);

const storeUri = setting(
  z.string().regex(/^(memory:|level:.+|foundationdb:.+)$/),
  '"memory:", "level:PATH" or "foundationdb:CLUSTERFILE"',
  'the store that keeps this database',
);

const hook = (purpose: string) =>
  setting(
    z.string().transform((text, context) => {
      const target = parseHook(text);
      if (!target) context.addIssue('no hook');
      return target ?? z.NEVER;
    }),
    '"https://HOST/PATH", "http://…" or "run:/PATH/TO/PROGRAM ARGUMENT …"',
    purpose,
  );

export const settings = {
  data: setting(z.string().min(1), 'a directory', 'where the server keeps its data'),
  server_name: setting(
    z.string().refine(isServerName),
    'a host name with an optional port, such as "example.org"',
    'what stands behind the colon in @alice:example.org; it can never be changed',
  ),
  public_url: setting(
    z.string().transform(parseHttpOrigin).pipe(z.string()),
    'an http or https address without a path, such as "https://example.org"',
    'where the world reaches this server; the ids of actors and posts carry it, so it can never be changed',
  ),
  listen: setting(
    z
      .string()
      .transform(parseListenAddress)
      .pipe(z.object({ host: z.string(), port: z.number() })),
    'HOST:PORT, such as "127.0.0.1:8008" or "[::1]:8008"',
    'the address that the server listens on',
  ),
  registration: setting(
    z.enum(['open', 'token', 'closed']),
    '"open", "token" or "closed"',
    'who may make an account over the network',
  ),
  rate_limits: setting(flag, '"on" or "off"', 'whether clients are held to the rate limits'),
  allow_private_network: setting(
    flag,
    '"on" or "off"',
    'whether federation may use http, loopback and private addresses (for tests and closed networks)',
  ),
  trusted_proxies: setting(
    list.refine((entries) => entries.every(isNetwork)),
    'a list of IP addresses and networks, such as ["127.0.0.1", "10.0.0.0/8"]',
    'proxies whose X-Forwarded-For is believed',
  ),
  access_tokens_in_query: setting(
    flag,
    '"on" or "off"',
    'whether ?access_token= works, for very old clients',
  ),
  log_level: setting(
    z.enum(['debug', 'info', 'warn', 'error', 'silent']),
    '"debug", "info", "warn", "error" or "silent"',
    'how much is logged to standard error',
  ),
  'databases.rooms': storeUri,
  'databases.accounts': storeUri,
  'databases.transitory': storeUri,
  'databases.social': storeUri,
  'social.records': setting(
    z.string().refine(isSocialRecordsUri),
    socialRecordsForms,
    'the back end that keeps the social records; "store:" is the social database',
  ),
  'social.on_message': hook('what is told when a note has come into somebody’s inbox'),
  'social.on_follower': hook('what is told when somebody has been followed, or is asked for it'),
  'social.hook_secret': setting(
    z.string().min(hookSecretCharactersMin),
    `a text of at least ${hookSecretCharactersMin} characters`,
    'what signs that which web servers are told',
  ),
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;
export type SettingValue<Name extends SettingName> = z.output<(typeof settings)[Name]['schema']>;

export const settingNames = Object.keys(settings) as readonly SettingName[];

/** `databases.rooms` is `HEARTH_DATABASES_ROOMS` in the environment. */
export function environmentName(name: SettingName): string {
  return `HEARTH_${name.replaceAll('.', '_').toUpperCase()}`;
}

function isNetwork(entry: string): boolean {
  const match = /^([0-9A-Fa-f.:]+)(?:\/(\d{1,3}))?$/.exec(entry);
  const family = isIP(match?.[1] ?? '');
  return family !== 0 && Number(match?.[2] ?? 0) <= (family === 4 ? 32 : 128);
}
