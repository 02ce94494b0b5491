// Blocks, written. What else a block brings about (relations that end) is the domain's, in the same transaction.
import { BlockReader } from '#databases/social/block-reader';
import type { RecordWriter } from '#databases/social/record-access';
import { type BlockRecord, type BlockSide, blocks } from '#databases/social/records/blocks';

export class BlockWriter extends BlockReader {
  readonly #records: RecordWriter;

  constructor(records: RecordWriter) {
    super(records);
    this.#records = records;
  }

  /** Answers whether it is new. */
  async add(block: BlockRecord): Promise<boolean> {
    if (await this.get(block.account, block.side, block.target)) return false;
    return this.#records.put(blocks, block);
  }

  async remove(account: string, side: BlockSide, target: string): Promise<BlockRecord | undefined> {
    return this.#records.remove(blocks, { account, side, target });
  }
}
