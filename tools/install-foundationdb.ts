// Puts the optional peer `foundationdb` into node_modules, its own dependencies within it, and touches nothing else:
// `node tools/install-foundationdb.ts`. (In the package that declares it, npm takes an optional peer for installed.)
// Scripts are not run: the package's own would build where FoundationDB's headers are missing, and it brings a binary.
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..');
const name = 'foundationdb';
const target = join(root, 'node_modules', name);

async function readJson(path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
}

/** The version that package.json asks for. */
async function wantedVersion(): Promise<string> {
  const { peerDependencies } = await readJson(join(root, 'package.json'));
  return (peerDependencies as Record<string, string>)[name] as string;
}

async function installedVersion(): Promise<string | undefined> {
  try {
    return (await readJson(join(target, 'package.json'))).version as string;
  } catch {
    return undefined;
  }
}

/** Installs the package unless it is there; resolves to its version. */
export async function installFoundationdb(): Promise<string> {
  const version = await wantedVersion();
  if ((await installedVersion()) === version) return version;
  const folder = await mkdtemp(join(tmpdir(), 'hearth-foundationdb-'));
  try {
    const options = ['--prefix', folder, '--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit'];
    await promisify(execFile)('npm', ['install', ...options, `${name}@${version}`], { cwd: folder });
    const modules = join(folder, 'node_modules');
    await rm(target, { recursive: true, force: true });
    await cp(join(modules, name), target, { recursive: true });
    for (const dependency of await readdir(modules)) {
      if (dependency === name || dependency.startsWith('.')) continue;
      await cp(join(modules, dependency), join(target, 'node_modules', dependency), { recursive: true });
    }
    return version;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) console.log(`${name} ${await installFoundationdb()} is in ${target}`);
