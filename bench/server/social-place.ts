// Where the social records of a server under measurement are: in its own store unless another back end is named. `sqlite:` and
// `postgres:` alone name one that is empty and goes with the measurement, PostgreSQL by a server of its own on loopback.
import { join } from 'node:path';
import { startPostgres } from '#test/fixtures/postgres-server';

export interface SocialPlace extends AsyncDisposable {
  readonly uri: string;
}

/** @param directory the server's, for what lies beside its store; it stays its owner's to remove */
export async function openSocialPlace(wanted: string, directory: string): Promise<SocialPlace> {
  if (wanted === 'postgres:') {
    const server = await startPostgres();
    return { uri: await server.createDatabase(), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  }
  const uri = wanted === 'sqlite:' ? `sqlite:${join(directory, 'social.db')}` : wanted;
  return { uri, [Symbol.asyncDispose]: async () => undefined };
}
