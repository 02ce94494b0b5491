/** A configuration that cannot be served, with one sentence that names the setting, its value and what would be right. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** True when the value was given on the command line. */
  readonly usage: boolean;

  constructor(message: string, usage = false) {
    super(message);
    this.usage = usage;
  }
}
