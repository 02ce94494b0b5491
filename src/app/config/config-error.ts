/** A configuration that cannot be served, with one sentence that names the setting, its value and what would be right. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
