// The one place that knows an engine by name: a database is configured by a URI, `memory:`, `level:PATH` or
// `foundationdb:CLUSTERFILE`. Each engine is imported only when it is chosen.
import type { Engine } from '#store/contract';

const forms = 'memory:, level:PATH or foundationdb:CLUSTERFILE';

/** Opens the engine that a URI names; errors say which URIs there are, or what the engine lacks. */
export async function openEngine(uri: string): Promise<Engine> {
  const colon = uri.indexOf(':');
  const scheme = uri.slice(0, colon);
  const path = uri.slice(colon + 1);
  if (scheme === 'memory' && path !== '') throw new Error(`"memory:" takes no path, unlike "${uri}"`);
  if ((scheme === 'level' || scheme === 'foundationdb') && path === '') {
    throw new Error(`"${uri}" lacks the path: a store's URI is ${forms}`);
  }
  switch (scheme) {
    case 'memory':
      return (await import('#store/engines/memory')).openMemoryEngine();
    case 'level':
      return (await import('#store/engines/level')).openLevelEngine(path);
    case 'foundationdb':
      return (await import('#store/engines/foundationdb')).openFoundationdbEngine(path);
    default:
      throw new Error(`"${uri}" names no engine: a store's URI is ${forms}`);
  }
}
