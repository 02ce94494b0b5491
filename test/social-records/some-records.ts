// Records for tests that are about one thing, each told from the others by what the test calls it.
import type { AccountRecord } from '#databases/social/records/accounts';
import type { FollowingRecord } from '#databases/social/records/following';
import type { LikeRecord } from '#databases/social/records/likes';
import type { Uri } from '#protocol/activitypub/uris';

export const aUri = (text: string) => text as Uri;

export function anAccount(name: string, more: Partial<AccountRecord> = {}): AccountRecord {
  return {
    name,
    createdAt: 1_700_000_000_000,
    rsaPrivateKey: 'rsa',
    ed25519PrivateKey: 'ed25519',
    manuallyApprovesFollowers: false,
    discoverable: true,
    ...more,
  };
}

export function aLike(object: string, index = 0, more: Partial<LikeRecord> = {}): LikeRecord {
  return {
    object: aUri(object),
    actor: aUri(`https://there.example/users/${index}`),
    activity: aUri(`https://there.example/likes/${index}`),
    createdAt: 1_700_000_000_000 + index,
    ...more,
  };
}

export function aFollowing(account: string, index = 0, more: Partial<FollowingRecord> = {}): FollowingRecord {
  return {
    account,
    actor: aUri(`https://there.example/users/${index}`),
    state: 'accepted',
    follow: aUri(`https://here.example/${encodeURIComponent(account)}/follows/${index}`),
    since: 1_700_000_000_000 + index,
    ...more,
  };
}
