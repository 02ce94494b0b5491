// The social records in databases of PostgreSQL, each empty at first, on a real server.
import type { PostgresServer } from '#test/fixtures/postgres-server';
import { type BackEnd, mediumSize } from './bed.ts';
import { dataAt } from './open-data.ts';

/** The server stays its owner's. */
export function postgresBackEnd(server: PostgresServer): BackEnd {
  return {
    name: 'PostgreSQL',
    openData: async () => dataAt(await server.createDatabase(), async () => undefined),
    isDurable: true,
    size: mediumSize,
  };
}
