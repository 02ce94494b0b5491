// Where settings come from, in the order in which they count: flags of the command line, the environment, a TOML file.
// Nothing is interpreted here; every value is kept with the place that it was written in.
import { readFileSync } from 'node:fs';
import { parse, TomlError } from 'smol-toml';
import { ConfigError } from '#app/config/config-error';
import { environmentName, type SettingName, settingNames } from '#app/config/settings';

export interface RawSetting {
  readonly value: unknown;
  /** `--listen`, `HEARTH_LISTEN` or the path of the file. */
  readonly source: string;
}

export type RawSettings = ReadonlyMap<SettingName, RawSetting>;

export interface SettingSources {
  /** Values given as flags, by the name of the setting. */
  readonly flags: Partial<Record<SettingName, string>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Path of a TOML file; without it `HEARTH_CONFIG` names one, or there is none. */
  readonly file?: string | undefined;
}

/**
 * @throws ConfigError when the file cannot be read or is not TOML, and when the file or the environment holds a setting
 * that does not exist: one that was misspelt would silently not count
 */
export function readSources({ flags, environment, file }: SettingSources): RawSettings {
  refuseUnknownVariables(environment);
  const raw = new Map<SettingName, RawSetting>();
  const path = file ?? environment.HEARTH_CONFIG;
  if (path !== undefined && path !== '') readFile(path, raw);
  for (const name of settingNames) {
    const variable = environmentName(name);
    const text = environment[variable];
    if (text !== undefined && text !== '') raw.set(name, { value: text, source: variable });
    const flag = flags[name];
    if (flag !== undefined) raw.set(name, { value: flag, source: flagOf(name) });
  }
  return raw;
}

/** How a setting is called as an option of a command. */
function flagOf(name: SettingName): string {
  return name === 'social.records' ? '--social' : `--${name.replaceAll(/[_.]/g, '-')}`;
}

const prefix = 'HEARTH_';
const knownVariables: ReadonlySet<string> = new Set([
  `${prefix}CONFIG`,
  ...settingNames.map(environmentName),
]);
/** What the checks of this repository are told. */
const testVariable = /^HEARTH_(TEST_.*|MATRIX_SPEC)$/;
/** Kubernetes and Docker tell every container where each service is, under the service's name: `HEARTH_SERVICE_HOST`. */
const serviceVariable = /_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/;
const serviceAddress = /^(tcp|udp|sctp):\/\//;

function refuseUnknownVariables(environment: SettingSources['environment']): void {
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith(prefix) || value === undefined || value === '') continue;
    if (knownVariables.has(variable) || testVariable.test(variable)) continue;
    if (serviceVariable.test(variable) || (variable.endsWith('_PORT') && serviceAddress.test(value)))
      continue;
    const near = nearest(variable.slice(prefix.length));
    throw new ConfigError(
      `The environment has a variable ${variable}, which is no setting` +
        (near
          ? `; is ${environmentName(near)} meant?`
          : ': "hearth config show --json" names those that are.'),
    );
  }
}

function readFile(path: string, raw: Map<SettingName, RawSetting>): void {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`The configuration file ${path} cannot be read: ${(error as Error).message}.`);
  }
  let table: Record<string, unknown>;
  try {
    table = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = error.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '');
    throw new ConfigError(
      `The configuration file ${path} is not valid TOML, in line ${error.line}: ${reason}.`,
    );
  }
  collect(table, '', path, raw);
}

function collect(
  table: Record<string, unknown>,
  prefix: string,
  path: string,
  raw: Map<SettingName, RawSetting>,
): void {
  for (const [key, value] of Object.entries(table)) {
    const name = prefix + key;
    const known = settingNames.find((candidate) => candidate === name);
    if (known) raw.set(known, { value, source: path });
    else if (isTable(value) && settingNames.some((candidate) => candidate.startsWith(`${name}.`))) {
      collect(value, `${name}.`, path, raw);
    } else {
      const near = nearest(name);
      throw new ConfigError(
        `The configuration file ${path} has a setting ${name}, which does not exist${near ? `; is ${near} meant?` : '.'}`,
      );
    }
  }
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** The setting with the fewest differing letters, if it is close enough to be a slip of the pen. */
function nearest(name: string): SettingName | undefined {
  let best: SettingName | undefined;
  let bestDistance = 4;
  for (const candidate of settingNames) {
    const distance = editDistance(plain(name), plain(candidate));
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** A name without what sets its spelling in the file, in the environment and as a flag apart. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-.]/g, '_');
}

function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}
