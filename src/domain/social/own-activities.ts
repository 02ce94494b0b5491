// Activities of our own people: stored and queued in the transaction of what they tell of (ActivityPub section 6), and where
// an earlier one went, for what follows it there.
import type { PageRequest } from '#databases/social/listing-page';
import type { SocialReader } from '#databases/social/social-reader';
import type { SocialWriter } from '#databases/social/social-writer';
import { newId } from '#domain/social/new-ids';
import type { Social } from '#domain/social/social';
import { activityUri, actorUri, postUri } from '#protocol/activitypub/actor-uris';
import type { JsonObject } from '#protocol/activitypub/json-document';
import { requireOne } from '#protocol/activitypub/reading';
import { requireUri, type Uri } from '#protocol/activitypub/uris';

const deliveriesPageMax = 500;
const updatesPageMax = 100;

export interface OwnActivity {
  readonly account: string;
  /** As it was built; it names its actor, its type and its object. */
  readonly activity: JsonObject;
  /** Shown in the account's outbox. */
  readonly listed?: boolean;
  readonly inboxes?: Iterable<Uri>;
  readonly toFollowers?: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** The URI of an activity that is about to be made: chosen outside of the transaction, which may run twice. */
export function newActivityUri(social: Social, name: string): Uri {
  return activityUri(actorUri(social.origin, name), newId(social));
}

/** Stores an activity and queues it; one that is stored already changes nothing. */
export async function sendActivity(writer: SocialWriter, sent: OwnActivity): Promise<void> {
  const { account, activity, listed = false, inboxes = [], toFollowers = false, now } = sent;
  const uri = requireUri(activity.id, 'id');
  const isNew = await writer.addActivity(
    {
      uri,
      type: String(activity.type),
      actor: requireOne(activity, 'actor'),
      object: requireOne(activity, 'object'),
      account,
      listed,
      storedAt: now,
    },
    JSON.stringify(activity),
  );
  if (isNew) await writer.deliveries.queue({ activity: uri, account, inboxes, toFollowers, now });
}

/** The inboxes that an activity has gone to or is going to. */
export async function inboxesOf(reader: SocialReader, activity: Uri): Promise<Set<Uri>> {
  const inboxes = new Set<Uri>();
  for (let after: Uri | undefined; ; ) {
    const sent = await reader.deliveries.ofActivity(activity, deliveriesPageMax, after);
    for (const { inbox } of sent) inboxes.add(inbox);
    if (sent.length < deliveriesPageMax) return inboxes;
    after = sent.at(-1)?.inbox;
  }
}

/** The inboxes that a post has gone to: by its Create, and by every Update since. */
export async function inboxesOfPost(reader: SocialReader, actor: Uri, id: string): Promise<Set<Uri>> {
  const inboxes = await inboxesOf(reader, activityUri(actor, id));
  const note = postUri(actor, id);
  for (let request: PageRequest = { limit: updatesPageMax }; ; ) {
    const page = await reader.activitiesAbout(note, 'Update', request);
    for (const { uri } of page.items) for (const inbox of await inboxesOf(reader, uri)) inboxes.add(inbox);
    if (page.next === undefined) return inboxes;
    request = { limit: updatesPageMax, cursor: page.next };
  }
}
