// Commits what a write has changed. Requests, each one write unit for each KB of the item and for each index that changes:
//   one record without unique values   one conditional put or delete
//   anything else                      a journal is opened (1), pieces of long texts are written (1 for each 25), every item
//                                      is locked (1 each, at once), the journal is decided (1): the commit point; every item
//                                      becomes what it is to be (1 each, at once), the journal goes (1, nobody waits for it)
// A crash before the commit point leaves locks that others take away; one behind it leaves locks that others carry out.
import {
  type ItemKey,
  keyAttributes,
  keyText,
  type Layout,
  monthOf,
  type TypeTable,
} from '#databases/social/engines/dynamodb/dynamodb-layout';
import type { Before, ItemLocks } from '#databases/social/engines/dynamodb/item-locks';
import { eachAtOnce, type ItemRequests } from '#databases/social/engines/dynamodb/item-requests';
import type { Journals } from '#databases/social/engines/dynamodb/journals';
import {
  afterwards,
  type RecordItem,
  replacedTexts,
  type Staged,
  type StoredText,
  writeState,
} from '#databases/social/engines/dynamodb/record-item';
import { monthsKey } from '#databases/social/engines/dynamodb/records-by-time';
import { RefusedError } from '#databases/social/engines/dynamodb/send-request';
import {
  deletePieces,
  isInline,
  type NewText,
  piecesOf,
  type TextPieces,
  writePieces,
} from '#databases/social/engines/dynamodb/text-pieces';
import { ConflictError, UnknownOutcomeError } from '#databases/social/engines/dynamodb/transaction-errors';
import type { Place } from '#databases/social/record-access';
import type { AnyRecord } from '#databases/social/records/record-type';
import { dynamodbLockTriesMax, dynamodbRequestsAtOnce } from '#support/limits';
import type { Logger } from '#support/logging';

/** What a write makes of one item. */
export interface Change {
  readonly key: ItemKey;
  readonly before: Before;
  readonly after: ChangedRecord | undefined;
}

export interface ChangedRecord {
  readonly place: Place;
  readonly record: AnyRecord;
  /** Texts that change; undefined removes one. */
  readonly texts: ReadonlyMap<string, Buffer | undefined>;
}

interface StagedChange {
  readonly key: ItemKey;
  readonly before: Before;
  readonly staged: Staged;
}

export interface CommitParts {
  readonly requests: ItemRequests;
  readonly layout: Layout;
  readonly journals: Journals;
  readonly locks: ItemLocks;
  readonly logger: Logger;
  /** For what nobody waits for; it must be awaited before the engine is gone. */
  inBackground(task: Promise<void>): void;
}

export class ChangeCommitter {
  readonly #parts: CommitParts;
  /** Months that are known to be noted, by table. */
  readonly #months = new Map<string, Set<number>>();

  constructor(parts: CommitParts) {
    this.#parts = parts;
  }

  /**
   * Makes all of the changes or none of them, under an id that no other try has. Resolves once they can be read.
   * @throws ConflictError, UnknownOutcomeError; ProtocolError as `sendingTo` does
   */
  async commit(changes: readonly Change[], id: string): Promise<void> {
    const made: NewText[] = [];
    const staged = changes
      .filter(({ before, after }) => before !== undefined || after !== undefined)
      .map((change) => stage(change, id, made));
    const [only, ...others] = staged;
    if (!only) return;
    await this.#noteMonths(staged);
    if (others.length > 0 || made.length > 0) return this.#commitTogether(staged, id, made);
    const before = await this.#commitAlone(only);
    // There was one already, with texts in pieces that must go: for that there are journals.
    if (before) await this.#commitTogether([{ ...only, before }], id, made);
  }

  /** One conditional request. Answers with what was there where it takes more than that, and nothing was written. */
  async #commitAlone({ key, before: read, staged }: StagedChange): Promise<Before | undefined> {
    const { requests, locks } = this.#parts;
    let before = read === 'unread' ? undefined : read;
    for (let tries = 1; ; tries++) {
      if (replacedTexts(before, staged).some((text) => 'id' in text)) return before;
      const after = afterwards(before, staged);
      const condition = {
        TableName: key.table.name,
        ...(before
          ? {
              ConditionExpression: 'v = :v AND attribute_not_exists(l)',
              ExpressionAttributeValues: { ':v': { S: before.version } },
            }
          : { ConditionExpression: 'attribute_not_exists(h)' }),
      };
      let isDoubtful: boolean;
      try {
        if (after) await requests.call('PutItem', { ...condition, Item: writeState(key, after) });
        else await requests.call('DeleteItem', { ...condition, Key: keyAttributes(key) });
        return undefined;
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        ({ isDoubtful } = error);
      }
      const found = await requests.get(key);
      if (found?.state && [found.state.version, ...found.state.trail].includes(staged.version))
        return undefined;
      if (found?.state?.version !== before?.version) {
        if (isDoubtful && !isCertain(found, before)) throw new UnknownOutcomeError(keyText(key));
        // Nobody looked: what is there is as good as nothing, but for its place.
        if (read !== 'unread') throw new ConflictError(keyText(key));
        before = found?.state;
      }
      if (tries === dynamodbLockTriesMax) throw new ConflictError(keyText(key));
      if (found?.lock) await locks.meet(found, tries);
    }
  }

  async #commitTogether(
    changes: readonly StagedChange[],
    id: string,
    pieces: readonly NewText[],
  ): Promise<void> {
    const { requests, layout, journals, locks, logger, inBackground } = this.#parts;
    let decided: readonly TextPieces[];
    const made = pieces.map(({ text }) => text);
    const keys = changes.map(({ key }) => key);
    const furtherRows = await journals.open(id, keys, made);
    const locked: RecordItem[] = [];
    try {
      await writePieces(requests, layout, pieces);
      await eachAtOnce(changes, dynamodbRequestsAtOnce, async ({ key, before, staged }) => {
        locked.push(await locks.lock(key, before, id, staged));
      });
      const gone = locked
        .flatMap(({ state, lock }) => (lock ? replacedTexts(state, lock.staged) : []))
        .filter((text): text is TextPieces => 'id' in text);
      if (!(await journals.decide(id, gone))) throw new ConflictError(keyText(keys[0] as ItemKey));
      decided = gone;
    } catch (error) {
      await this.#undo(id, error instanceof ConflictError ? locked : undefined, made, furtherRows).catch(
        (cause: unknown) => logger.warn({ error: cause }, 'a write on DynamoDB is left for others to undo'),
      );
      throw error;
    }
    // It is stored: what cannot be carried out now is no error of the write's any more, and left for a sweep.
    const leave = (cause: unknown) =>
      logger.warn({ error: cause }, 'a write on DynamoDB is stored and left for others to carry out');
    try {
      await eachAtOnce(locked, dynamodbRequestsAtOnce, (item) => locks.settle(item, true));
    } catch (error) {
      leave(error);
      return;
    }
    inBackground(
      deletePieces(requests, layout, decided)
        .then(() => journals.delete(id, furtherRows))
        .catch(leave),
    );
  }

  /** Without `locked` it is not known what was locked, and every item is looked at. */
  async #undo(
    id: string,
    locked: readonly RecordItem[] | undefined,
    made: readonly TextPieces[],
    furtherRows: number,
  ): Promise<void> {
    const { requests, layout, journals, locks } = this.#parts;
    if ((await journals.abort(id)) !== 'aborted') return;
    if (locked) {
      await eachAtOnce(locked, dynamodbRequestsAtOnce, (item) => locks.settle(item, false));
      await deletePieces(requests, layout, made);
    } else {
      const head = await journals.head(id);
      if (head) await locks.complete(head);
    }
    await journals.delete(id, furtherRows);
  }

  /** Notes the months of records before they are there; each only once for a process. */
  async #noteMonths(changes: readonly StagedChange[]): Promise<void> {
    for (const { key, staged } of changes) {
      const table = key.table as TypeTable;
      if (!table.created || !staged.record) continue;
      const month = monthOf(staged.record[table.created.field] as number);
      let known = this.#months.get(table.suffix);
      if (!known) this.#months.set(table.suffix, (known = new Set()));
      if (known.has(month)) continue;
      await this.#parts.requests.call('UpdateItem', {
        TableName: this.#parts.layout.months,
        Key: monthsKey(table),
        UpdateExpression: 'ADD months :m',
        ExpressionAttributeValues: { ':m': { NS: [String(month)] } },
      });
      known.add(month);
    }
  }
}

function stage({ key, before, after }: Change, id: string, made: NewText[]): StagedChange {
  const texts = new Map<string, StoredText | undefined>();
  for (const [name, bytes] of after?.texts ?? []) {
    if (bytes === undefined || isInline(bytes)) {
      texts.set(name, bytes && { bytes });
    } else {
      const text = piecesOf(`${id}.${made.length}`, bytes);
      made.push({ text, owner: key, bytes });
      texts.set(name, text);
    }
  }
  const place = after?.place ?? ('' as Place);
  const staged = { version: id, isBlind: before === 'unread', place, record: after?.record, texts };
  return { key, before, staged };
}

/** Whether what is there now tells that an unanswered try of ours was not carried out before it. */
function isCertain(found: RecordItem | undefined, before: Before): boolean {
  if (!found?.state || !before || before === 'unread') return false;
  return found.state.trail.includes(before.version);
}
