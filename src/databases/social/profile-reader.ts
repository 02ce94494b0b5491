// What an account says of itself beside its record, read: other names, properties, its icon, and the tags of its posts.
import { boundsOf, type PageRequest, pageOf, type RecordPage } from '#databases/social/listing-page';
import type { RecordReader } from '#databases/social/record-access';
import { accounts } from '#databases/social/records/accounts';
import { type AliasRecord, aliases } from '#databases/social/records/aliases';
import { type PostTagKind, type PostTagRecord, postTags } from '#databases/social/records/post-tags';
import { type PropertyRecord, properties } from '#databases/social/records/properties';

export class ProfileReader {
  readonly #records: RecordReader;

  constructor(records: RecordReader) {
    this.#records = records;
  }

  async alias(name: string): Promise<AliasRecord | undefined> {
    return this.#records.get(aliases, { name });
  }

  async aliases(account: string, page: PageRequest): Promise<RecordPage<AliasRecord>> {
    return pageOf(await this.#records.list(aliases, 'byAccount', { account }, boundsOf(page)), page);
  }

  async property(account: string, name: string): Promise<PropertyRecord | undefined> {
    return this.#records.get(properties, { account, name });
  }

  async properties(account: string, page: PageRequest): Promise<RecordPage<PropertyRecord>> {
    return pageOf(await this.#records.list(properties, 'byAccount', { account }, boundsOf(page)), page);
  }

  /** The account's own icon, in base64. */
  async icon(account: string): Promise<string | undefined> {
    return this.#records.text(accounts, { name: account }, 'icon');
  }

  async tagsOfPost(account: string, post: string, page: PageRequest): Promise<RecordPage<PostTagRecord>> {
    return pageOf(await this.#records.list(postTags, 'byPost', { account, post }, boundsOf(page)), page);
  }

  async tagsOfAccount(account: string, page: PageRequest): Promise<RecordPage<PostTagRecord>> {
    return pageOf(await this.#records.list(postTags, 'byAccount', { account }, boundsOf(page)), page);
  }

  /** Posts of ours that mention somebody by this name or have this hashtag. */
  async tagged(kind: PostTagKind, name: string, page: PageRequest): Promise<RecordPage<PostTagRecord>> {
    return pageOf(await this.#records.list(postTags, 'byName', { kind, name }, boundsOf(page)), page);
  }
}
