// A journal says which items a write of several has locked, and whether it is decided: while it is `open` none of it counts;
// the one conditional request that makes it `decided` makes all of it count; `aborted`, it never will. Its first row (r = 0)
// has the state, further ones more keys:
//   s  state   u  when an open one may be aborted (ms since the Unix epoch)   c  number of further rows   k  keys of items
//   m  pieces of texts written for it   g  pieces that go once it is decided   x  set by others who have carried it out
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import {
  type Attributes,
  hashAttribute,
  type ItemKey,
  keyAttributes,
  type Layout,
  readKey,
  writeKey,
} from '#databases/social/engines/dynamodb/dynamodb-layout';
import type { ItemRequests } from '#databases/social/engines/dynamodb/item-requests';
import { packInteger } from '#databases/social/engines/dynamodb/key-bytes';
import { bytesOf, textOf } from '#databases/social/engines/dynamodb/record-item';
import { RefusedError } from '#databases/social/engines/dynamodb/send-request';
import type { TextPieces } from '#databases/social/engines/dynamodb/text-pieces';
import type { Clock } from '#support/clock';
import { ProtocolError } from '#support/errors';
import { dynamodbJournalMs, dynamodbJournalRowBytesMax } from '#support/limits';

export type JournalState = 'open' | 'decided' | 'aborted';

export interface JournalHead {
  readonly id: string;
  readonly state: JournalState;
  readonly untilMs: number;
  /** Somebody has carried out what follows from the state. */
  readonly isDone: boolean;
  readonly furtherRows: number;
  readonly made: readonly TextPieces[];
  readonly gone: readonly TextPieces[];
  readonly keys: readonly ItemKey[];
}

/** Bytes of a key's entry beside the key itself, with names and types. */
const keyFrameBytes = 48;

export class Journals {
  readonly #requests: ItemRequests;
  readonly #layout: Layout;
  readonly #clock: Clock;

  constructor(requests: ItemRequests, layout: Layout, clock: Clock) {
    this.#requests = requests;
    this.#layout = layout;
    this.#clock = clock;
  }

  /**
   * Writes a journal down, before anything else of its write. Answers how many further rows it has: where one is missing
   * nothing was locked yet.
   */
  async open(id: string, keys: readonly ItemKey[], made: readonly TextPieces[]): Promise<number> {
    const [first = [], ...others] = rowsOf(keys);
    await this.#put(id, 0, {
      s: { S: 'open' satisfies JournalState },
      u: { N: String(this.#clock.now() + dynamodbJournalMs) },
      c: { N: String(others.length) },
      k: writeKeys(first),
      ...(made.length > 0 ? { m: writeTexts(made) } : {}),
    });
    for (const [index, row] of others.entries()) await this.#put(id, index + 1, { k: writeKeys(row) });
    return others.length;
  }

  async #put(id: string, row: number, attributes: Attributes): Promise<void> {
    const Item = { ...rowKey(id, row), ...attributes };
    await this.#requests.call('PutItem', { TableName: this.#layout.journals, Item });
  }

  /** The commit point. Answers whether it is decided now; otherwise others have aborted it, or it was done here. */
  async decide(id: string, gone: readonly TextPieces[]): Promise<boolean> {
    try {
      const more = gone.length > 0 ? ({ name: 'g', value: writeTexts(gone) } as const) : undefined;
      return (await this.#turn(id, 'decided', more)) === 'decided';
    } catch (error) {
      // Nobody answered. Aborting it either keeps it from ever being decided or tells that it is.
      if (!(error instanceof ProtocolError)) throw error;
      if ((await this.abort(id)) === 'decided') return true;
      throw error;
    }
  }

  /** Aborts a journal that is open. Answers the state that it then is in; undefined where it is gone. */
  async abort(id: string): Promise<JournalState | undefined> {
    return this.#turn(id, 'aborted');
  }

  async #turn(
    id: string,
    state: JournalState,
    more?: { readonly name: string; readonly value: AttributeValue },
  ): Promise<JournalState | undefined> {
    try {
      await this.#requests.call('UpdateItem', {
        TableName: this.#layout.journals,
        Key: rowKey(id, 0),
        UpdateExpression: more ? `SET s = :s, ${more.name} = :m` : 'SET s = :s',
        ConditionExpression: 's = :open',
        ExpressionAttributeValues: {
          ':s': { S: state },
          ':open': { S: 'open' },
          ...(more ? { ':m': more.value } : {}),
        },
      });
      return state;
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      return (await this.head(id))?.state;
    }
  }

  async head(id: string): Promise<JournalHead | undefined> {
    const { Item } = await this.#requests.call('GetItem', {
      TableName: this.#layout.journals,
      Key: rowKey(id, 0),
      ConsistentRead: true,
    });
    return Item && this.#readHead(Item);
  }

  /** All keys of a journal, those of further rows included. */
  async keys({ id, keys, furtherRows }: JournalHead): Promise<ItemKey[]> {
    const all = [...keys];
    for (let row = 1; row <= furtherRows; row++) {
      const { Item } = await this.#requests.call('GetItem', {
        TableName: this.#layout.journals,
        Key: rowKey(id, row),
        ConsistentRead: true,
      });
      if (Item) all.push(...this.#readKeys(Item.k));
    }
    return all;
  }

  /** Notes that what follows from the state has been carried out; the writer may still ask what became of its journal. */
  async noteDone(id: string): Promise<void> {
    try {
      await this.#requests.call('UpdateItem', {
        TableName: this.#layout.journals,
        Key: rowKey(id, 0),
        UpdateExpression: 'SET x = :x',
        ConditionExpression: 'attribute_exists(s)',
        ExpressionAttributeValues: { ':x': { BOOL: true } },
      });
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
    }
  }

  async delete(id: string, furtherRows: number): Promise<void> {
    const rows = Array.from({ length: furtherRows + 1 }, (_, row) => row).toReversed();
    await this.#requests.writeAll(
      this.#layout.journals,
      rows.map((row) => ({ DeleteRequest: { Key: rowKey(id, row) } })),
    );
  }

  /** Every journal there is, for those that nobody carries out any more: there are as many as writes under way. */
  async *all(): AsyncGenerator<JournalHead> {
    for (let start: Attributes | undefined; ; ) {
      const page = await this.#requests.call('Scan', {
        TableName: this.#layout.journals,
        ConsistentRead: true,
        FilterExpression: 'attribute_exists(s)',
        ...(start ? { ExclusiveStartKey: start } : {}),
      });
      for (const item of page.Items ?? []) yield this.#readHead(item);
      start = page.LastEvaluatedKey;
      if (!start) return;
    }
  }

  #readHead(item: Attributes): JournalHead {
    return {
      id: bytesOf(item[hashAttribute]).toString(),
      state: textOf(item.s) as JournalState,
      untilMs: Number(item.u?.N),
      isDone: item.x?.BOOL ?? false,
      furtherRows: Number(item.c?.N),
      made: readTexts(item.m),
      gone: readTexts(item.g),
      keys: this.#readKeys(item.k),
    };
  }

  #readKeys(value: AttributeValue | undefined): ItemKey[] {
    return (value?.L ?? []).map((key) => readKey(this.#layout, key));
  }
}

function rowKey(id: string, row: number): Attributes {
  return keyAttributes({ hash: Buffer.from(id), range: packInteger(row) });
}

/** Keys in rows that an item can hold. */
function rowsOf(keys: readonly ItemKey[]): ItemKey[][] {
  const rows: ItemKey[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const key of keys) {
    bytes += key.hash.length + key.range.length + key.table.suffix.length + keyFrameBytes;
    if (bytes > dynamodbJournalRowBytesMax) {
      rows.push([]);
      bytes = 0;
    }
    rows.at(-1)?.push(key);
  }
  return rows;
}

function writeKeys(keys: readonly ItemKey[]): AttributeValue {
  return { L: keys.map(writeKey) };
}

function writeTexts(texts: readonly TextPieces[]): AttributeValue {
  return { L: texts.map(({ id, pieces }) => ({ M: { i: { S: id }, c: { N: String(pieces) } } })) };
}

function readTexts(value: AttributeValue | undefined): TextPieces[] {
  return (value?.L ?? []).map(({ M = {} }) => ({ id: textOf(M.i), pieces: Number(M.c?.N) }));
}
