// Checks the texts that our ordered store keeps beside records, in pieces: each belongs to a record that is there, and has
// every piece before its last.
import { eachPage, type Read, readable } from '#databases/social/engines/store/check-records';
import type { StoredType } from '#databases/social/engines/store/record-tables';
import { packTuple } from '#store/tuple';
import type { Difference } from '#support/difference';

export async function* checkTexts(read: Read, types: readonly StoredType[]): AsyncIterable<Difference> {
  for (const { type, rows, texts } of types) {
    const rowsPrefix = rows.range().begin;
    for (const [text, pieces] of texts) {
      const name = `${type.name}.${text}`;
      const prefixBytes = pieces.range().begin.length;
      yield* eachPage(read, pieces, async (snapshot, { key }) => {
        const piece = pieces.unpack(key).at(-1) as number;
        // Behind the prefix of its table comes the key of the record, as the record itself has it.
        const whole = key.subarray(0, key.length - packTuple([piece]).length);
        if (piece > 0) {
          if (await snapshot.get(packTuple([piece - 1], whole))) return [];
          return [
            { table: name, key: readable(name, pieces, key), expected: `piece ${piece - 1} before it` },
          ];
        }
        if (await snapshot.get(Buffer.concat([rowsPrefix, whole.subarray(prefixBytes)]))) return [];
        return [{ table: name, key: readable(name, pieces, key), found: 'a text without a record' }];
      });
    }
  }
}
