// What commands need of the world: the terminal, the environment, and the ways to a server. Passed in, so that tests
// run commands without a process.
import type { Administration } from '#app/administration';
import type { Config } from '#app/config/config';
import type { SettingSources } from '#app/config/sources';
import type { CopyReport, CopyRequest } from '#app/copy-social-records';

export interface OpenAdministration extends AsyncDisposable {
  readonly administration: Administration;
}

export interface CommandParts {
  readonly environment: SettingSources['environment'];
  /** Standard output: what a command answers, and nothing else. */
  print(text: string): void;
  /** Standard error. */
  complain(text: string): void;
  /** Asks on the terminal without showing what is typed; undefined where there is no terminal or nobody answers. */
  askPassword(question: string): Promise<string | undefined>;
  /** All of standard input, as bytes. */
  readInput(): Promise<Uint8Array>;
  /**
   * Opens the data of a server that is not running, in this process.
   * @param beginning whether it may begin them; otherwise a directory that holds none is refused
   */
  openAdministration(config: Config, beginning: boolean): Promise<OpenAdministration>;
  /**
   * Copies the social records of a server that is not running, showing how far it is.
   * @param request the two back ends, files with their full paths
   */
  copySocialRecords(config: Config, request: CopyRequest): Promise<CopyReport>;
  /** Makes or checks the tables of a back end; answers what was made or differs, in sentences. */
  socialTables(uri: string, verb: 'create' | 'check'): Promise<readonly string[]>;
  /** Serves until it is told to stop. `serverOptions` (` --data DIR`) is what lets other commands find this server. */
  serve(config: Config, serverOptions: string): Promise<void>;
  /** Milliseconds since the epoch. */
  now(): number;
}
