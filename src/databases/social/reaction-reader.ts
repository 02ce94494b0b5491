// Likes and boosts, read in both directions: what an object has got, and what an account of ours has given and got.
import { boundsOf, type PageRequest, pageOf, type RecordPage } from '#databases/social/listing-page';
import type { RecordReader } from '#databases/social/record-access';
import { type BoostRecord, boosts } from '#databases/social/records/boosts';
import { type LikeRecord, likes } from '#databases/social/records/likes';
import type { Uri } from '#protocol/activitypub/uris';

export class ReactionReader {
  readonly #records: RecordReader;

  constructor(records: RecordReader) {
    this.#records = records;
  }

  async like(object: Uri, actor: Uri): Promise<LikeRecord | undefined> {
    return this.#records.get(likes, { object, actor });
  }

  async boost(object: Uri, actor: Uri): Promise<BoostRecord | undefined> {
    return this.#records.get(boosts, { object, actor });
  }

  async likesOf(object: Uri, page: PageRequest): Promise<RecordPage<LikeRecord>> {
    return pageOf(await this.#records.list(likes, 'byObject', { object }, boundsOf(page)), page);
  }

  async boostsOf(object: Uri, page: PageRequest): Promise<RecordPage<BoostRecord>> {
    return pageOf(await this.#records.list(boosts, 'byObject', { object }, boundsOf(page)), page);
  }

  async likesTotal(object: Uri): Promise<number> {
    return this.#records.count(likes, 'byObject', { object });
  }

  async boostsTotal(object: Uri): Promise<number> {
    return this.#records.count(boosts, 'byObject', { object });
  }

  /** What an account of ours likes. */
  async likesBy(account: string, page: PageRequest): Promise<RecordPage<LikeRecord>> {
    return pageOf(await this.#records.list(likes, 'byAccount', { account }, boundsOf(page)), page);
  }

  async boostsBy(account: string, page: PageRequest): Promise<RecordPage<BoostRecord>> {
    return pageOf(await this.#records.list(boosts, 'byAccount', { account }, boundsOf(page)), page);
  }

  /** Likes of an account's posts. */
  async likesReceived(owner: string, page: PageRequest): Promise<RecordPage<LikeRecord>> {
    return pageOf(await this.#records.list(likes, 'byOwner', { owner }, boundsOf(page)), page);
  }

  async boostsReceived(owner: string, page: PageRequest): Promise<RecordPage<BoostRecord>> {
    return pageOf(await this.#records.list(boosts, 'byOwner', { owner }, boundsOf(page)), page);
  }
}
