// Everything that can be changed in the social database, in one transaction. What is allowed is judged by the domain,
// within the same transaction.
import { BlockWriter } from '#databases/social/block-writer';
import { DeliveryWriter } from '#databases/social/delivery-writer';
import { ProfileWriter } from '#databases/social/profile-writer';
import { ReactionWriter } from '#databases/social/reaction-writer';
import type { RecordWriter } from '#databases/social/record-access';
import type { Writing } from '#databases/social/record-engine';
import { type AccountRecord, accounts } from '#databases/social/records/accounts';
import { type ActivityRecord, activities } from '#databases/social/records/activities';
import { type ActorKeyRecord, actorKeys } from '#databases/social/records/actor-keys';
import { followerInboxes } from '#databases/social/records/follower-inboxes';
import { type FollowerRecord, followers } from '#databases/social/records/followers';
import { type FollowingRecord, following } from '#databases/social/records/following';
import { type MessageRecord, messages } from '#databases/social/records/messages';
import { type NoteRecord, notes } from '#databases/social/records/notes';
import { type PostRecord, posts } from '#databases/social/records/posts';
import { type RemoteActorRecord, remoteActors } from '#databases/social/records/remote-actors';
import { SocialReader } from '#databases/social/social-reader';
import { TaskWriter } from '#databases/social/task-writer';
import type { Uri } from '#protocol/activitypub/uris';

/** Keys of an actor that are replaced at once; a document with more is not read. */
const actorKeysMax = 64;

/** Where to deliver what is for a follower: one inbox for its whole server, where it has one; none for our own. */
export function inboxOf(follower: Pick<FollowerRecord, 'inbox' | 'sharedInbox'>): Uri | undefined {
  return follower.sharedInbox ?? follower.inbox;
}

export class SocialWriter extends SocialReader {
  override readonly deliveries: DeliveryWriter;
  override readonly tasks: TaskWriter;
  override readonly reactions: ReactionWriter;
  override readonly blocks: BlockWriter;
  override readonly profiles: ProfileWriter;
  readonly #records: RecordWriter;

  constructor(writing: Writing) {
    super(writing.records);
    this.#records = writing.records;
    this.deliveries = new DeliveryWriter(writing);
    this.tasks = new TaskWriter(writing);
    this.reactions = new ReactionWriter(this.#records);
    this.blocks = new BlockWriter(this.#records);
    this.profiles = new ProfileWriter(this.#records);
  }

  // Actors

  /** Makes an account; where there is one of that name nothing changes, and the answer is false. */
  async addAccount(account: AccountRecord): Promise<boolean> {
    if (await this.account(account.name)) return false;
    return this.#records.put(accounts, account);
  }

  /** Changes an account that exists. */
  async updateAccount(account: AccountRecord): Promise<void> {
    await this.#records.put(accounts, account);
  }

  /** Changes what is kept of an actor elsewhere, and leaves its keys as they are. */
  async updateRemoteActor(actor: RemoteActorRecord): Promise<void> {
    await this.#records.put(remoteActors, actor);
  }

  /** Stores what was read of an actor elsewhere; its keys are those that are given and no others. */
  async putRemoteActor(actor: RemoteActorRecord, keys: readonly ActorKeyRecord[]): Promise<void> {
    await this.#records.put(remoteActors, actor);
    const named = new Set(keys.map(({ id }) => id));
    for (const { id } of await this.keysOfActor(actor.uri, actorKeysMax)) {
      if (!named.has(id)) await this.#records.remove(actorKeys, { id });
    }
    for (const key of keys) await this.#records.put(actorKeys, key);
  }

  // Activities

  /** Stores an activity with its JSON; one that is known already changes nothing, and the answer is false. */
  async addActivity(activity: ActivityRecord, json: string): Promise<boolean> {
    if (await this.activity(activity.uri)) return false;
    return this.#records.put(activities, activity, { json });
  }

  /** Moves the time that is kept with an activity that is known; everything else of it stays. */
  async renewActivity(uri: Uri, storedAt: number): Promise<void> {
    const activity = await this.activity(uri);
    if (activity) await this.#records.put(activities, { ...activity, storedAt });
  }

  /** Takes an activity out of its account's outbox. */
  async unlistActivity(uri: Uri): Promise<void> {
    const activity = await this.activity(uri);
    if (activity?.listed) await this.#records.put(activities, { ...activity, listed: false });
  }

  // Followers and following

  /** Stores a follower as it is now. Answers whether it is new. */
  async putFollower(follower: FollowerRecord): Promise<boolean> {
    const old = await this.follower(follower.account, follower.actor);
    const before = old?.state === 'accepted' ? inboxOf(old) : undefined;
    const after = follower.state === 'accepted' ? inboxOf(follower) : undefined;
    if (before !== after) {
      if (before !== undefined) await this.#countFollower(follower.account, before, -1);
      if (after !== undefined) await this.#countFollower(follower.account, after, 1);
    }
    return this.#records.put(followers, follower);
  }

  /** Ends a relation; answers with what it was, or undefined where there was none. */
  async removeFollower(account: string, actor: Uri): Promise<FollowerRecord | undefined> {
    const removed = await this.#records.remove(followers, { account, actor });
    if (!removed) return undefined;
    const inbox = inboxOf(removed);
    if (removed.state === 'accepted' && inbox !== undefined) await this.#countFollower(account, inbox, -1);
    return removed;
  }

  async #countFollower(account: string, inbox: Uri, change: 1 | -1): Promise<void> {
    const known = await this.#records.get(followerInboxes, { account, inbox });
    const count = (known?.followers ?? 0) + change;
    if (count > 0) await this.#records.put(followerInboxes, { account, inbox, followers: count });
    else await this.#records.remove(followerInboxes, { account, inbox });
  }

  /** Stores whom an account follows, as it is now. Answers whether it is new. */
  async putFollowing(relation: FollowingRecord): Promise<boolean> {
    return this.#records.put(following, relation);
  }

  async removeFollowing(account: string, actor: Uri): Promise<FollowingRecord | undefined> {
    return this.#records.remove(following, { account, actor });
  }

  // Notes, messages and posts

  /** Stores a note as it is now, with its JSON; a tombstone has none. Answers whether anything was known of it. */
  async putNote(note: NoteRecord, json: string | undefined): Promise<boolean> {
    return this.#records.put(notes, note, { json });
  }

  /** Puts a note into an account's inbox; where it is already nothing changes, and the answer is false. */
  async addMessage(message: MessageRecord): Promise<boolean> {
    const { account, origin, note } = message;
    if (await this.#records.get(messages, { account, origin, note })) return false;
    return this.#records.put(messages, message);
  }

  /** Changes how a message says that it came in; it keeps its place. */
  async putMessage(message: MessageRecord): Promise<void> {
    await this.#records.put(messages, message);
  }

  async removeMessage({ account, origin, note }: MessageRecord): Promise<void> {
    await this.#records.remove(messages, { account, origin, note });
  }

  /** Stores a post as it is now, with its Note as JSON; a deleted one has none. */
  async putPost(post: PostRecord, json: string | undefined): Promise<boolean> {
    return this.#records.put(posts, post, { json });
  }
}
