// Blocks, read: whether an account and an actor want to hear of each other, in as many point reads as the actor's host has
// labels, and the lists for people.
import { boundsOf, type PageRequest, pageOf, type RecordPage } from '#databases/social/listing-page';
import type { RecordReader } from '#databases/social/record-access';
import { type BlockRecord, type BlockSide, blocks } from '#databases/social/records/blocks';
import type { Uri } from '#protocol/activitypub/uris';

export class BlockReader {
  readonly #records: RecordReader;

  constructor(records: RecordReader) {
    this.#records = records;
  }

  async get(account: string, side: BlockSide, target: string): Promise<BlockRecord | undefined> {
    return this.#records.get(blocks, { account, side, target });
  }

  /** The block by which an account shuts out an actor: of the actor itself, of its host, or of a host above that. */
  async against(account: string, actor: Uri): Promise<BlockRecord | undefined> {
    const targets = [actor, ...hostsAbove(new URL(actor).hostname)];
    const found = await Promise.all(targets.map((target) => this.get(account, 'ours', target)));
    return found.find((block) => block !== undefined);
  }

  /** Whether an actor has told an account of ours that it is blocked. */
  async isBlockedBy(account: string, actor: Uri): Promise<boolean> {
    return (await this.get(account, 'theirs', actor)) !== undefined;
  }

  async ofAccount(account: string, side: BlockSide, page: PageRequest): Promise<RecordPage<BlockRecord>> {
    return pageOf(await this.#records.list(blocks, 'byAccount', { account, side }, boundsOf(page)), page);
  }

  /** Which of our accounts block an actor or a host, or are blocked by an actor. */
  async ofTarget(target: string, side: BlockSide, page: PageRequest): Promise<RecordPage<BlockRecord>> {
    return pageOf(await this.#records.list(blocks, 'byTarget', { target, side }, boundsOf(page)), page);
  }
}

/** `a.b.example` is below `b.example` and `example`. Addresses of the Internet Protocol have nothing above them. */
export function hostsAbove(host: string): string[] {
  if (host.startsWith('[') || /^[\d.]+$/.test(host)) return [host];
  const labels = host.split('.');
  return labels.map((_, index) => labels.slice(index).join('.'));
}
