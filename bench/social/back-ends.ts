// The back ends that are measured, each empty, on this machine: our store on LevelDB, SQLite, a PostgreSQL server of its own on
// loopback, and dynalite, an imitation of DynamoDB that is slow by itself.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBackEnd } from '#app/social-records';
import { openSocialDatabase, type SocialDatabase } from '#databases/social/social-database';
import { openLevelEngine } from '#store/engines/level';
import { makeStore } from '#store/store';
import { systemClock } from '#support/clock';
import { silentLogger } from '#support/logging';
import { systemRandom } from '#support/random';
import { openBackEnds } from '#test/fixtures/social-back-ends';

export interface MeasuredBackEnd {
  readonly name: string;
  readonly database: SocialDatabase;
}

/** @param names of those that are wanted; all of them where none is named */
export async function openMeasuredBackEnds(
  names: readonly string[],
): Promise<AsyncDisposable & { readonly list: readonly MeasuredBackEnd[] }> {
  await using opening = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'hearth-bench-'));
  opening.defer(() => rm(directory, { recursive: true, force: true }));
  const list: MeasuredBackEnd[] = [];
  for (const { name, open } of openBackEnds) {
    if (names.length > 0 && !names.includes(name)) continue;
    const { uri } = opening.use(await open());
    const { engine } = opening.use(
      await openBackEnd(uri, {
        openStore: async () =>
          opening.use(
            makeStore(await openLevelEngine(join(directory, 'store')), {
              clock: systemClock,
              random: systemRandom,
            }),
          ),
        clock: systemClock,
        random: systemRandom,
        logger: silentLogger,
      }),
    );
    list.push({ name, database: openSocialDatabase(engine) });
  }
  const opened = opening.move();
  return { list, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
