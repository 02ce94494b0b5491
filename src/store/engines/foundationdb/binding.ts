// The npm package `foundationdb` (2.0.1) as far as we use it, and its loading. It is an optional peer that is imported
// only when this engine is chosen: its binary needs FoundationDB's client library, which most machines do not have.

export interface KeySelector {
  readonly key: Buffer;
  readonly orEqual: boolean;
  readonly offset: number;
}

export interface BindingWatch {
  readonly promise: Promise<boolean>;
  cancel(): void;
}

/** A single attempt; nothing here retries, unlike the package's `doTn`. Rejections have FoundationDB's `code`. */
export interface BindingTransaction {
  /** A view of the same transaction whose reads cause no conflicts. */
  snapshot(): BindingTransaction;
  get(key: Buffer): Promise<Buffer | undefined>;
  getRangeNative(
    start: KeySelector,
    end: KeySelector,
    limit: number,
    targetBytes: number,
    streamingMode: number,
    iteration: number,
    reverse: boolean,
  ): Promise<{ results: [Buffer, Buffer][]; more: boolean }>;
  set(key: Buffer, value: Buffer): void;
  clear(key: Buffer): void;
  clearRange(begin: Buffer, end: Buffer): void;
  atomicOpNative(mutation: number, key: Buffer, operand: Buffer): void;
  addReadConflictRange(begin: Buffer, end: Buffer): void;
  addWriteConflictRange(begin: Buffer, end: Buffer): void;
  watch(key: Buffer, options: { throwAllErrors: boolean }): BindingWatch;
  /** Eight bytes, big-endian. */
  getReadVersion(): Promise<Buffer>;
  /** To be asked for before the commit; the promise resolves to ten bytes after it. */
  getVersionstamp(): { promise: Promise<Buffer> };
  rawCommit(): Promise<void>;
  rawCancel(): void;
}

export interface BindingDatabase {
  setNativeOptions(options: Readonly<Record<string, number>>): void;
  rawCreateTransaction(): BindingTransaction;
  close(): void;
}

export interface Binding {
  setAPIVersion(version: number, headerVersion: number): void;
  open(clusterFile: string): BindingDatabase;
}

/** The package's `StreamingMode` and `MutationType`, which are those of FoundationDB's C API. */
export const streamingMode = { wantAll: -2, exact: 0 } as const;
export const mutation = { add: 2, max: 12, setVersionstampedKey: 14, setVersionstampedValue: 15 } as const;

const packageName = 'foundationdb';
const packageVersion = '2.0.1';

function isBinding(loaded: unknown): loaded is Binding {
  const candidate = loaded as Partial<Binding> | null | undefined;
  return typeof candidate?.setAPIVersion === 'function' && typeof candidate.open === 'function';
}

/** Imports the package; errors say what to install. */
export async function loadBinding(
  importModule: (name: string) => Promise<unknown> = (name) => import(name),
): Promise<Binding> {
  let loaded: unknown;
  try {
    loaded = await importModule(packageName);
  } catch (error) {
    throw new Error(isNotInstalled(error) ? installPackage : installLibrary, { cause: error });
  }
  const binding = (loaded as { default?: unknown }).default ?? loaded;
  if (!isBinding(binding)) throw new Error(`This is not the package that is expected. ${installPackage}`);
  return binding;
}

const installPackage =
  `The engine "foundationdb:" needs the npm package ${packageName} ${packageVersion}: beside Hearth, ` +
  `npm install --ignore-scripts ${packageName}@${packageVersion}; in a checkout, node tools/install-foundationdb.ts`;
const installLibrary =
  'The engine "foundationdb:" needs FoundationDB\'s client library (libfdb_c, 7.1 or newer), which could not be ' +
  "loaded: install the package foundationdb-clients for this system, and its folder must be among the loader's";

function isNotInstalled(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === 'ERR_MODULE_NOT_FOUND' && String(message).includes(`'${packageName}'`);
}
