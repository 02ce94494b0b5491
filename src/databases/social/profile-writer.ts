// What an account says of itself beside its record, written. Names are shared between accounts and aliases: whoever adds
// one asks for both in the same transaction.
import { ProfileReader } from '#databases/social/profile-reader';
import type { RecordWriter } from '#databases/social/record-access';
import { type AccountRecord, accounts } from '#databases/social/records/accounts';
import { type AliasRecord, aliases } from '#databases/social/records/aliases';
import { type PostTagRecord, postTags } from '#databases/social/records/post-tags';
import { type PropertyRecord, properties } from '#databases/social/records/properties';
import type { Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';

export class ProfileWriter extends ProfileReader {
  readonly #records: RecordWriter;

  constructor(records: RecordWriter) {
    super(records);
    this.#records = records;
  }

  /**
   * Adds another name of an account; one that it has already changes nothing, and the answer is false.
   * @throws ProtocolError conflict where the name is an account's, or another account's alias
   */
  async addAlias(alias: AliasRecord): Promise<boolean> {
    const { name } = alias;
    const [taken, known] = await Promise.all([this.#records.get(accounts, { name }), this.alias(name)]);
    if (taken) throw new ProtocolError('conflict', `There is an account called ${name}.`);
    if (known && known.account !== alias.account) {
      throw new ProtocolError('conflict', `${name} is another name of ${known.account}.`);
    }
    return known ? false : this.#records.put(aliases, alias);
  }

  async removeAlias(name: string): Promise<AliasRecord | undefined> {
    return this.#records.remove(aliases, { name });
  }

  /** Stores a property as it is now. Answers whether it is new. */
  async putProperty(property: PropertyRecord): Promise<boolean> {
    return this.#records.put(properties, property);
  }

  async removeProperty(account: string, name: string): Promise<PropertyRecord | undefined> {
    return this.#records.remove(properties, { account, name });
  }

  /** Stores an account with its own icon in base64; undefined takes the icon away. */
  async putIcon(account: AccountRecord, icon: string | undefined): Promise<void> {
    await this.#records.put(accounts, account, { icon });
  }

  async putTag(tag: PostTagRecord): Promise<void> {
    await this.#records.put(postTags, tag);
  }

  async removeTag({ account, post, href }: { account: string; post: string; href: Uri }): Promise<void> {
    await this.#records.remove(postTags, { account, post, href });
  }
}
