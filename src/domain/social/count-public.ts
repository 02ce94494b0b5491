// What NodeInfo says of a server: how many accounts there are, and how many posts that the public may read.
import type { Social } from '#domain/social/social';

export interface PublicCounts {
  readonly accounts: number;
  readonly posts: number;
}

export async function countPublic({ database }: Social): Promise<PublicCounts> {
  return database.read(async (reader) => {
    const [accounts, listed, unlisted] = await Promise.all([
      reader.count('accounts'),
      reader.postsTotalOf('public'),
      reader.postsTotalOf('unlisted'),
    ]);
    return { accounts, posts: listed + unlisted };
  });
}
