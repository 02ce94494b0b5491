// The picture of an account as it lies here: its own, or the letter that is made for who has none of her own or one that
// lies elsewhere.
import { LRUCache } from 'lru-cache';
import { madeIconMediaType } from '#domain/social/actor-state';
import { letterAvatar } from '#domain/social/letter-avatar';
import { requireAccount } from '#domain/social/local-actors';
import type { Social } from '#domain/social/social';
import { madeIconPixels, madeIconsCachedMax } from '#support/limits';

export interface Icon {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  /** Tells one picture of the account from another. */
  readonly version: string;
}

/** A letter follows from the name alone, so that it need be drawn once. */
const made = new LRUCache<string, Buffer>({ max: madeIconsCachedMax });

/** @throws ProtocolError notFound, gone */
export async function readIcon({ database }: Social, name: string): Promise<Icon> {
  const { account, base64 } = await database.read(async (reader) => {
    const found = await requireAccount(reader, name);
    return {
      account: found,
      base64: found.iconMediaType === undefined ? undefined : await reader.profiles.icon(name),
    };
  });
  const { iconMediaType, iconChangedAt } = account;
  if (iconMediaType !== undefined && base64 !== undefined) {
    const version = String(iconChangedAt ?? account.createdAt);
    return { bytes: Buffer.from(base64, 'base64'), mediaType: iconMediaType, version };
  }
  const bytes = made.get(name) ?? letterAvatar(name, madeIconPixels);
  made.set(name, bytes);
  return { bytes, mediaType: madeIconMediaType, version: `made-${madeIconPixels}` };
}
