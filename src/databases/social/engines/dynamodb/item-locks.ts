// Locks on items: how a write of several takes them, what they become once it is decided or aborted, and what another does
// that meets one. Every step is one conditional request, so that it does not matter how many do the same, or do it again.
import {
  type ItemKey,
  keyAttributes,
  keyText,
  type Layout,
} from '#databases/social/engines/dynamodb/dynamodb-layout';
import { chunked, eachAtOnce, type ItemRequests } from '#databases/social/engines/dynamodb/item-requests';
import type { JournalHead, Journals } from '#databases/social/engines/dynamodb/journals';
import {
  afterwards,
  type RecordItem,
  type RecordState,
  readItem,
  type Staged,
  writeStaged,
  writeState,
} from '#databases/social/engines/dynamodb/record-item';
import { type BackOffParts, backOff, RefusedError } from '#databases/social/engines/dynamodb/send-request';
import { deletePieces } from '#databases/social/engines/dynamodb/text-pieces';
import { ConflictError } from '#databases/social/engines/dynamodb/transaction-errors';
import { dynamodbLockTriesMax, dynamodbRequestsAtOnce } from '#support/limits';

/** What a write knows of an item: what it read there, undefined where there was no record, or that it did not look. */
export type Before = RecordState | undefined | 'unread';

/** Items of a journal that are read at once when others carry it out. */
const itemsAtOnce = 100;

export class ItemLocks {
  readonly #requests: ItemRequests;
  readonly #layout: Layout;
  readonly #journals: Journals;
  readonly #parts: BackOffParts;

  constructor(requests: ItemRequests, layout: Layout, journals: Journals, parts: BackOffParts) {
    this.#requests = requests;
    this.#layout = layout;
    this.#journals = journals;
    this.#parts = parts;
  }

  /**
   * Locks an item for a journal that is open, and lays beside it what it is to become. Answers with the item as it is locked.
   * Throws ConflictError where it is no longer what it was read to be, or an older write holds it.
   */
  async lock(key: ItemKey, before: Before, journal: string, staged: Staged): Promise<RecordItem> {
    for (let tries = 1; ; tries++) {
      try {
        const { Attributes: old } = await this.#requests.call('UpdateItem', {
          TableName: key.table.name,
          Key: keyAttributes(key),
          UpdateExpression: 'SET l = :l, n = :n',
          ConditionExpression: conditionOn(before),
          ExpressionAttributeValues: {
            ':l': { S: journal },
            ':n': writeStaged(staged),
            ...versionValue(before),
          },
          ReturnValues: 'ALL_OLD',
        });
        const state = before === 'unread' ? old && readItem(key.table, old).state : before;
        return { key, state, lock: { journal, staged }, attributes: {} };
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
      }
      const found = await this.#requests.get(key);
      // A try that went unanswered was carried out all the same.
      if (found?.lock?.journal === journal) return found;
      if (!found?.lock) throw new ConflictError(keyText(key));
      if (tries === dynamodbLockTriesMax) throw new ConflictError(keyText(key));
      await this.meet(found, tries, journal);
    }
  }

  /**
   * Does what there is to do about an item that another has locked, and waits for a moment where that is nothing. Whoever
   * holds locks (`holder`) only waits for writes that began later: so nobody waits in a circle.
   * Throws ConflictError instead of waiting for an older one.
   */
  async meet(item: RecordItem, tries: number, holder?: string): Promise<void> {
    const journal = item.lock?.journal;
    if (journal === undefined) return;
    const head = await this.#journals.head(journal);
    if (head?.state === 'open' && this.#parts.clock.now() > head.untilMs) await this.#journals.abort(journal);
    else if (head?.state === 'open') {
      if (holder !== undefined && holder > journal) throw new ConflictError(keyText(item.key));
      await backOff(this.#parts, tries);
    } else await this.settle(item, head?.state === 'decided');
  }

  /** Settles an item whose lock nobody is busy with any more. Answers whether it was so. */
  async settleIfOver(item: RecordItem): Promise<boolean> {
    if (!item.lock) return false;
    const head = await this.#journals.head(item.lock.journal);
    if (head?.state === 'open') return false;
    await this.settle(item, head?.state === 'decided');
    return true;
  }

  /** Makes of a locked item what is decided, or what it was. The lock of a journal that is gone was left behind. */
  async settle(item: RecordItem, isDecided: boolean): Promise<void> {
    await (isDecided ? this.#apply(item) : this.#free(item));
  }

  async #apply({ key, state, lock }: RecordItem): Promise<void> {
    if (!lock) return;
    const { journal, staged } = lock;
    const after = afterwards(state, staged);
    const condition = {
      TableName: key.table.name,
      ConditionExpression: 'l = :l',
      ExpressionAttributeValues: { ':l': { S: journal } },
    };
    await unlessRefused(
      after
        ? this.#requests.call('PutItem', { ...condition, Item: writeState(key, after) })
        : this.#requests.call('DeleteItem', { ...condition, Key: keyAttributes(key) }),
    );
  }

  async #free({ key, state, lock }: RecordItem): Promise<void> {
    if (!lock) return;
    const input = {
      TableName: key.table.name,
      Key: keyAttributes(key),
      ExpressionAttributeValues: { ':l': { S: lock.journal } },
    };
    await unlessRefused(
      state
        ? this.#requests.call('UpdateItem', {
            ...input,
            UpdateExpression: 'REMOVE l, n',
            ConditionExpression: 'l = :l',
          })
        : this.#requests.call('DeleteItem', {
            ...input,
            ConditionExpression: 'l = :l AND attribute_not_exists(v)',
          }),
    );
  }

  /** Carries out what follows from the state of a journal that is no longer open; others may be about it, too. */
  async complete(head: JournalHead): Promise<void> {
    const isDecided = head.state === 'decided';
    for (const keys of chunked(await this.#journals.keys(head), itemsAtOnce)) {
      const items = await this.#requests.getAll(keys);
      const locked = items.filter((item) => item?.lock?.journal === head.id) as RecordItem[];
      await eachAtOnce(locked, dynamodbRequestsAtOnce, (item) => this.settle(item, isDecided));
    }
    await deletePieces(this.#requests, this.#layout, isDecided ? head.gone : head.made);
  }
}

function conditionOn(before: Before): string {
  if (before === 'unread') return 'attribute_not_exists(l)';
  return before
    ? 'v = :v AND attribute_not_exists(l)'
    : 'attribute_not_exists(v) AND attribute_not_exists(l)';
}

function versionValue(before: Before): Record<string, { readonly S: string }> {
  return before && before !== 'unread' ? { ':v': { S: before.version } } : {};
}

/** Where the condition does not hold, another has done it. */
async function unlessRefused(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
  }
}
