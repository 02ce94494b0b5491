// Everything that can be asked of the social database, at one snapshot, in the terms of ActivityPub. Written once for all
// engines.
import { BlockReader } from '#databases/social/block-reader';
import { DeliveryReader } from '#databases/social/delivery-reader';
import { boundsOf, type PageRequest, pageOf, type RecordPage } from '#databases/social/listing-page';
import { ProfileReader } from '#databases/social/profile-reader';
import { ReactionReader } from '#databases/social/reaction-reader';
import type { CreatedRange, CursorPage, RecordReader, TimeRange } from '#databases/social/record-access';
import { type AccountRecord, accounts } from '#databases/social/records/accounts';
import { type ActivityRecord, activities } from '#databases/social/records/activities';
import { type ActorKeyRecord, actorKeys } from '#databases/social/records/actor-keys';
import { type FollowerRecord, type FollowerState, followers } from '#databases/social/records/followers';
import { type FollowingRecord, type FollowingState, following } from '#databases/social/records/following';
import { type MessageRecord, messages } from '#databases/social/records/messages';
import { type NoteRecord, notes } from '#databases/social/records/notes';
import { type PostRecord, posts, type Visibility } from '#databases/social/records/posts';
import type { RecordType } from '#databases/social/records/record-type';
import { databaseTypes } from '#databases/social/records/record-types';
import { type RemoteActorRecord, remoteActors } from '#databases/social/records/remote-actors';
import { TaskReader } from '#databases/social/task-reader';
import { type Origin, originOf, type Uri } from '#protocol/activitypub/uris';

export type DatabaseName = keyof typeof databaseTypes;

/** What the records of a database are. */
export type DatabaseRecord<N extends DatabaseName> =
  (typeof databaseTypes)[N] extends RecordType<infer R> ? R : never;

/** Follow activities of one actor that are looked through for one id at a time. */
const followsPageMax = 200;

export class SocialReader {
  readonly deliveries: DeliveryReader;
  readonly tasks: TaskReader;
  readonly reactions: ReactionReader;
  readonly blocks: BlockReader;
  readonly profiles: ProfileReader;
  readonly #records: RecordReader;

  constructor(records: RecordReader) {
    this.#records = records;
    this.deliveries = new DeliveryReader(records);
    this.tasks = new TaskReader(records);
    this.reactions = new ReactionReader(records);
    this.blocks = new BlockReader(records);
    this.profiles = new ProfileReader(records);
  }

  // The fourteen databases as such

  /** The records of one database by the time at which they came to be, oldest first unless `reverse`. */
  async created<N extends DatabaseName>(
    database: N,
    range: CreatedRange,
  ): Promise<CursorPage<DatabaseRecord<N>>> {
    return this.#records.listCreated(databaseTypes[database] as never, range);
  }

  /** How many records of one database came to be in a time, or in all. Deleted accounts, posts and notes count. */
  async count(database: DatabaseName, range?: TimeRange): Promise<number> {
    return this.#records.countCreated(databaseTypes[database] as never, range);
  }

  // Actors

  async account(name: string): Promise<AccountRecord | undefined> {
    return this.#records.get(accounts, { name });
  }

  async remoteActor(uri: Uri): Promise<RemoteActorRecord | undefined> {
    return this.#records.get(remoteActors, { uri });
  }

  async actorKey(id: Uri): Promise<ActorKeyRecord | undefined> {
    return this.#records.get(actorKeys, { id });
  }

  async keysOfActor(actor: Uri, limit: number): Promise<readonly ActorKeyRecord[]> {
    const found = await this.#records.list(actorKeys, 'byActor', { actor }, { limit });
    return found.map(({ record }) => record);
  }

  // Activities

  async activity(uri: Uri): Promise<ActivityRecord | undefined> {
    return this.#records.get(activities, { uri });
  }

  /** The activity as it was made or came in. */
  async activityJson(uri: Uri): Promise<string | undefined> {
    return this.#records.text(activities, { uri }, 'json');
  }

  async outbox(account: string, page: PageRequest): Promise<RecordPage<ActivityRecord>> {
    return pageOf(await this.#records.list(activities, 'outbox', { account }, boundsOf(page)), page);
  }

  async outboxTotal(account: string): Promise<number> {
    return this.#records.count(activities, 'outbox', { account });
  }

  /** Everything that an account of ours has done, what is not in its outbox included. */
  async activitiesOf(account: string, page: PageRequest): Promise<RecordPage<ActivityRecord>> {
    return pageOf(await this.#records.list(activities, 'byAccount', { account }, boundsOf(page)), page);
  }

  /** Activities of a type with this object, of others and of ours. */
  async activitiesAbout(object: Uri, type: string, page: PageRequest): Promise<RecordPage<ActivityRecord>> {
    return pageOf(await this.#records.list(activities, 'byObject', { object, type }, boundsOf(page)), page);
  }

  /** What others have reported to us. */
  async reports(page: PageRequest): Promise<RecordPage<ActivityRecord>> {
    return pageOf(await this.#records.list(activities, 'reports', { type: 'Flag' }, boundsOf(page)), page);
  }

  // Followers and following

  async follower(account: string, actor: Uri): Promise<FollowerRecord | undefined> {
    return this.#records.get(followers, { account, actor });
  }

  async followers(
    account: string,
    state: FollowerState,
    page: PageRequest,
  ): Promise<RecordPage<FollowerRecord>> {
    return pageOf(await this.#records.list(followers, 'byAccount', { account, state }, boundsOf(page)), page);
  }

  async followersTotal(account: string, state: FollowerState = 'accepted'): Promise<number> {
    return this.#records.count(followers, 'byAccount', { account, state });
  }

  /** The accounts of ours that an actor elsewhere follows or asks to. */
  async followedBy(actor: Uri, page: PageRequest): Promise<RecordPage<FollowerRecord>> {
    return pageOf(await this.#records.list(followers, 'byActor', { actor }, boundsOf(page)), page);
  }

  /** Which relation of an actor one of its Follow activities has made. */
  async followerByFollow(actor: Uri, follow: Uri): Promise<FollowerRecord | undefined> {
    for (let request: PageRequest = { limit: followsPageMax }; ; ) {
      const { items, next } = await this.followedBy(actor, request);
      const found = items.find(({ follows }) => follows.includes(follow));
      if (found || next === undefined) return found;
      request = { limit: followsPageMax, cursor: next };
    }
  }

  async following(account: string, actor: Uri): Promise<FollowingRecord | undefined> {
    return this.#records.get(following, { account, actor });
  }

  /** The relation that a Follow activity of ours asked for. */
  async followingByFollow(follow: Uri): Promise<FollowingRecord | undefined> {
    return this.#records.find(following, 'byFollow', { follow });
  }

  async followings(
    account: string,
    state: FollowingState,
    page: PageRequest,
  ): Promise<RecordPage<FollowingRecord>> {
    return pageOf(await this.#records.list(following, 'byAccount', { account, state }, boundsOf(page)), page);
  }

  async followingsTotal(account: string, state: FollowingState = 'accepted'): Promise<number> {
    return this.#records.count(following, 'byAccount', { account, state });
  }

  /** Which of our accounts follow an actor: whom its posts are for. In another state, which have asked to. */
  async localFollowers(
    actor: Uri,
    page: PageRequest,
    state: FollowingState = 'accepted',
  ): Promise<RecordPage<FollowingRecord>> {
    const lead = { actor, state } as const;
    return pageOf(await this.#records.list(following, 'byActor', lead, boundsOf(page)), page);
  }

  // Notes and messages

  /** A note that the server at its own origin (or at `origin`) has vouched for. */
  async note(uri: Uri, origin: Origin = originOf(uri)): Promise<NoteRecord | undefined> {
    return this.#records.get(notes, { origin, uri });
  }

  async noteJson(uri: Uri, origin: Origin = originOf(uri)): Promise<string | undefined> {
    return this.#records.text(notes, { origin, uri }, 'json');
  }

  async messages(account: string, page: PageRequest): Promise<RecordPage<MessageRecord>> {
    return pageOf(await this.#records.list(messages, 'byAccount', { account }, boundsOf(page)), page);
  }

  /** What an account has got by one author. */
  async messagesBy(account: string, author: Uri, page: PageRequest): Promise<RecordPage<MessageRecord>> {
    return pageOf(await this.#records.list(messages, 'byAuthor', { account, author }, boundsOf(page)), page);
  }

  async message(account: string, note: Uri): Promise<MessageRecord | undefined> {
    return this.#records.get(messages, { account, origin: originOf(note), note });
  }

  async notesBy(author: Uri, page: PageRequest): Promise<RecordPage<NoteRecord>> {
    return pageOf(await this.#records.list(notes, 'byAuthor', { author }, boundsOf(page)), page);
  }

  /** Notes of others that answer a note or a post. */
  async notesInReplyTo(inReplyTo: Uri, page: PageRequest): Promise<RecordPage<NoteRecord>> {
    return pageOf(await this.#records.list(notes, 'byReply', { inReplyTo }, boundsOf(page)), page);
  }

  async messagesOfNote(note: Uri, page: PageRequest): Promise<RecordPage<MessageRecord>> {
    const lead = { origin: originOf(note), note };
    return pageOf(await this.#records.list(messages, 'byNote', lead, boundsOf(page)), page);
  }

  // Posts

  async post(account: string, id: string): Promise<PostRecord | undefined> {
    return this.#records.get(posts, { account, id });
  }

  /** The post's Note, as it was sent. */
  async postJson(account: string, id: string): Promise<string | undefined> {
    return this.#records.text(posts, { account, id }, 'json');
  }

  async posts(account: string, page: PageRequest): Promise<RecordPage<PostRecord>> {
    return pageOf(await this.#records.list(posts, 'byAccount', { account }, boundsOf(page)), page);
  }

  /** Posts of any visibility that have not been deleted. */
  async postsTotal(account: string): Promise<number> {
    return this.#records.count(posts, 'byAccount', { account });
  }

  /** Posts of one visibility by all accounts together. */
  async postsTotalOf(visibility: Visibility): Promise<number> {
    return this.#records.count(posts, 'byVisibility', { visibility });
  }

  /** Posts of ours that answer a note or a post. */
  async postsInReplyTo(inReplyTo: Uri, page: PageRequest): Promise<RecordPage<PostRecord>> {
    return pageOf(await this.#records.list(posts, 'byReply', { inReplyTo }, boundsOf(page)), page);
  }
}
