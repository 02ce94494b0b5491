import { expect, it } from 'vitest';
import { openSqlEngine } from '#databases/social/engines/sql/open-sql-engine';
import { openSqliteDatabase } from '#databases/social/engines/sqlite/open-sqlite-database';
import { activities } from '#databases/social/records/activities';
import type { Uri } from '#protocol/activitypub/uris';
import { systemClock } from '#support/clock';
import { systemRandom } from '#support/random';
import { temporarySqliteFile } from '#test/fixtures/sqlite-file';

it('finds digests of other URIs and texts without a record', async () => {
  await using temporary = await temporarySqliteFile();
  const database = openSqliteDatabase(temporary.file, systemClock);
  await using engine = await openSqlEngine(database, { clock: systemClock, random: systemRandom });
  const uri = (index: number) => `https://a.example/${index}` as Uri;
  const count = 1_200;
  await engine.write(async ({ records }) => {
    for (let index = 0; index < count; index++) {
      const activity = {
        uri: uri(index),
        type: 'Like',
        actor: uri(-1),
        object: uri(-2),
        listed: true,
        storedAt: 1,
      };
      await records.insert(activities, activity, { json: '{}' });
    }
  });
  const sound = engine.check();
  expect(await sound.next()).toEqual({ done: true, value: 2 * count });
  await database.write(async (connection) => {
    await connection.run("update activities set object_digest = x'00' where uri = ?", [uri(1_100)]);
    await connection.run('delete from activities where uri = ?', [uri(3)]);
  });
  const differences = await Array.fromAsync(engine.check());
  expect(differences).toEqual([
    {
      table: 'activities.object_digest',
      key: expect.stringMatching(/^[0-9a-f]{16}$/),
      found: '00',
      expected: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
    {
      table: 'activities_texts',
      key: expect.stringMatching(/^[0-9a-f]{64}, json$/),
      found: 'a text without a record',
    },
  ]);
});
