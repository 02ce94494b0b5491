// A page of what an account has, as it is kept.
import type { PageRequest, RecordPage } from '#databases/social/listing-page';
import type { SocialReader } from '#databases/social/social-reader';
import { requireAccount } from '#domain/social/local-actors';
import { type Page, pageRequest } from '#domain/social/pages';
import type { Social } from '#domain/social/social';

/** @throws ProtocolError notFound, gone; invalidParam for the cursor */
export async function readAccountPage<R>(
  { database }: Social,
  account: string,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
  list: (reader: SocialReader, request: PageRequest) => Promise<RecordPage<R>>,
): Promise<Page<R>> {
  const request = pageRequest(limit, after);
  return database.read(async (reader) => {
    await requireAccount(reader, account);
    return list(reader, request);
  });
}
