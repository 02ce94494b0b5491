// How many records each of the fourteen databases has, in all or of some time.
import type { TimeRange } from '#databases/social/record-access';
import { databaseTypes } from '#databases/social/records/record-types';
import type { DatabaseName } from '#databases/social/social-reader';
import type { Social } from '#domain/social/social';

/**
 * Counts by name, at one snapshot. What is marked as deleted counts as well: accounts, notes and posts.
 * @param range both ends included, in milliseconds since the Unix epoch
 */
export async function countDatabases(
  { database }: Social,
  range?: TimeRange,
): Promise<Readonly<Record<DatabaseName, number>>> {
  const names = Object.keys(databaseTypes) as DatabaseName[];
  return database.read(async (reader) => {
    const counts = await Promise.all(
      names.map(async (name) => [name, await reader.count(name, range)] as const),
    );
    return Object.fromEntries(counts) as Record<DatabaseName, number>;
  });
}
