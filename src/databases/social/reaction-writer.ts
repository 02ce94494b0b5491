// Likes and boosts, written. There is one of each actor and object: said again it changes nothing.
import { ReactionReader } from '#databases/social/reaction-reader';
import type { RecordWriter } from '#databases/social/record-access';
import { type BoostRecord, boosts } from '#databases/social/records/boosts';
import { type LikeRecord, likes } from '#databases/social/records/likes';
import type { Uri } from '#protocol/activitypub/uris';

export class ReactionWriter extends ReactionReader {
  readonly #records: RecordWriter;

  constructor(records: RecordWriter) {
    super(records);
    this.#records = records;
  }

  /** Answers whether it is new. */
  async addLike(like: LikeRecord): Promise<boolean> {
    if (await this.like(like.object, like.actor)) return false;
    return this.#records.put(likes, like);
  }

  async removeLike(object: Uri, actor: Uri): Promise<LikeRecord | undefined> {
    return this.#records.remove(likes, { object, actor });
  }

  /** Answers whether it is new. */
  async addBoost(boost: BoostRecord): Promise<boolean> {
    if (await this.boost(boost.object, boost.actor)) return false;
    return this.#records.put(boosts, boost);
  }

  async removeBoost(object: Uri, actor: Uri): Promise<BoostRecord | undefined> {
    return this.#records.remove(boosts, { object, actor });
  }
}
