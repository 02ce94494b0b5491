// A boosted note comes into the inboxes of those here who follow the one who boosted it, unless it is there already.
import type { BoostRecord } from '#databases/social/records/boosts';
import type { SocialWriter } from '#databases/social/social-writer';
import type { Social } from '#domain/social/social';
import { spreadNote } from '#domain/social/spreading/spread-note';
import { originOf, type Uri } from '#protocol/activitypub/uris';

/** To be called by a transaction that has stored the boost, or has found it, and the note. */
export async function spreadBoost(
  writer: SocialWriter,
  social: Social,
  { object, actor }: Pick<BoostRecord, 'object' | 'actor'>,
  author: Uri,
  now: number,
): Promise<void> {
  await spreadNote(writer, social, {
    note: object,
    origin: originOf(object),
    author,
    boostedBy: actor,
    named: [],
    toFollowers: true,
    now,
  });
}
