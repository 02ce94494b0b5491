// Texts of up to a megabyte: one that is short lies in its record's item, which costs nothing when that is read anyway;
// others lie in pieces under an id of their own that is never used again, so that a text changes with its record, at once.
import type { WriteRequest } from '@aws-sdk/client-dynamodb';
import {
  type ItemKey,
  keyAttributes,
  type Layout,
  writeKey,
} from '#databases/social/engines/dynamodb/dynamodb-layout';
import type { ItemRequests } from '#databases/social/engines/dynamodb/item-requests';
import { packInteger } from '#databases/social/engines/dynamodb/key-bytes';
import { bytesOf, type RecordState, type StoredText } from '#databases/social/engines/dynamodb/record-item';
import { ProtocolError } from '#support/errors';
import { dynamodbInlineTextBytesMax, dynamodbPieceBytesMax } from '#support/limits';

export type TextPieces = Extract<StoredText, { readonly id: string }>;

export function isInline(bytes: Buffer): boolean {
  return bytes.length <= dynamodbInlineTextBytesMax;
}

export function piecesOf(id: string, bytes: Buffer): TextPieces {
  return { id, pieces: Math.ceil(bytes.length / dynamodbPieceBytesMax) };
}

export function hashOfText(id: string): Buffer {
  return Buffer.from(id);
}

/** A text that is to be stored, and the record that it belongs to. */
export interface NewText {
  readonly text: TextPieces;
  readonly owner: ItemKey;
  readonly bytes: Buffer;
}

export async function writePieces(
  requests: ItemRequests,
  layout: Layout,
  texts: readonly NewText[],
): Promise<void> {
  const puts = texts.flatMap(({ text: { id, pieces }, owner, bytes }) =>
    Array.from({ length: pieces }, (_, piece): WriteRequest => {
      const part = bytes.subarray(piece * dynamodbPieceBytesMax, (piece + 1) * dynamodbPieceBytesMax);
      return { PutRequest: { Item: { ...pieceKey(id, piece), o: writeKey(owner), b: { B: part } } } };
    }),
  );
  await requests.writeAll(layout.texts, puts);
}

export async function deletePieces(
  requests: ItemRequests,
  layout: Layout,
  texts: readonly TextPieces[],
): Promise<void> {
  const deletes = texts.flatMap(({ id, pieces }) =>
    Array.from(
      { length: pieces },
      (_, piece): WriteRequest => ({ DeleteRequest: { Key: pieceKey(id, piece) } }),
    ),
  );
  await requests.writeAll(layout.texts, deletes);
}

function pieceKey(id: string, piece: number) {
  return keyAttributes({ hash: hashOfText(id), range: packInteger(piece) });
}

/** How often a text is looked for that is replaced each time before it is read. */
const readsMax = 10;

/** A text of the record that `state` reads; the record is read again where the text was replaced meanwhile. */
export async function readStoredText(
  requests: ItemRequests,
  layout: Layout,
  state: () => Promise<RecordState | undefined>,
  name: string,
): Promise<string | undefined> {
  for (let read = 1; read <= readsMax; read++) {
    const text = (await state())?.texts.get(name);
    if (!text) return undefined;
    if ('bytes' in text) return text.bytes.toString('utf8');
    const found: Buffer[] = [];
    for await (const page of requests.query({ table: layout.texts, hash: hashOfText(text.id) })) {
      found.push(...page.map((attributes) => bytesOf(attributes.b)));
    }
    if (found.length === text.pieces) return Buffer.concat(found).toString('utf8');
  }
  throw new ProtocolError('unavailable', 'A text changes faster than it can be read.');
}
