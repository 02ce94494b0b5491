// Cursors and places come back from outside: those that are broken, or another's, are refused and break nothing.
import { describe, expect, test } from 'vitest';
import type { Cursor, ListBounds, Place } from '#databases/social/record-access';
import { hostTurns } from '#databases/social/records/host-turns';
import { likes } from '#databases/social/records/likes';
import { notes } from '#databases/social/records/notes';
import type { OpenBed } from '../bed.ts';
import { aLike, aUri } from '../some-records.ts';

const refused = { name: 'ProtocolError', kind: 'invalidParam' };
const object = aUri('https://cursors.example/');

const broken = [
  '',
  ' ',
  '0',
  'zz',
  '-',
  'null',
  '{}',
  '[]',
  '%00',
  '\0',
  '\ud800',
  'é',
  "' OR 1=1",
  'A'.repeat(5_000),
];

export function cursorTests(open: OpenBed): void {
  describe('refuses', () => {
    test('cursors that it never gave out', async () => {
      const { engine } = open();
      for (const text of [...broken, 'AAAA', Buffer.from('{"a":1}').toString('base64url')]) {
        const cursor = text as Cursor;
        const attempts = [
          () => engine.read((records) => records.scan(likes, { limit: 2, cursor })),
          () => engine.read((records) => records.listCreated(likes, { limit: 2, cursor })),
          () =>
            engine.read((records) =>
              records.listCreated(likes, { limit: 2, cursor, reverse: true, from: 5 }),
            ),
        ];
        for (const attempt of attempts)
          await expect(attempt(), JSON.stringify(text)).rejects.toMatchObject(refused);
      }
    });

    test('cursors that it gave out for another type or another kind of page', async () => {
      const { engine } = open();
      await engine.write(async ({ records }) => {
        for (const index of [0, 1, 2]) await records.put(likes, aLike(object, index));
      });
      const { scan, created } = await engine.read(async (records) => ({
        scan: (await records.scan(likes, { limit: 1 })).next,
        created: (await records.listCreated(likes, { limit: 1 })).next,
      }));
      if (scan === undefined || created === undefined) throw new Error('there are more than one');
      const attempts = [
        () => engine.read((records) => records.scan(notes, { limit: 1, cursor: scan })),
        () => engine.read((records) => records.scan(likes, { limit: 1, cursor: created })),
        () => engine.read((records) => records.listCreated(notes, { limit: 1, cursor: created })),
        () => engine.read((records) => records.listCreated(likes, { limit: 1, cursor: scan })),
      ];
      for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject(refused);
      await engine.write(async ({ records }) => {
        for (const index of [0, 1, 2]) await records.remove(likes, aLike(object, index));
      });
    });

    test('places that are none, and bounds of another kind', async () => {
      const { engine } = open();
      const list = (bounds: Partial<ListBounds>) =>
        engine.read((records) => records.list(likes, 'byObject', { object }, { limit: 2, ...bounds }));
      for (const text of [...broken, 'A'.repeat(16), '0'.repeat(17)]) {
        await expect(list({ after: text as Place }), JSON.stringify(text)).rejects.toMatchObject(refused);
        await expect(list({ before: text as Place }), JSON.stringify(text)).rejects.toMatchObject(refused);
      }
      await expect(list({ after: 5 })).rejects.toMatchObject(refused);
      const turns = (bounds: Partial<ListBounds>) =>
        engine.read((records) => records.listByKey(hostTurns, {}, { limit: 2, ...bounds }));
      await expect(turns({ from: 'a' })).rejects.toMatchObject(refused);
      await expect(turns({ through: 1.5 })).rejects.toMatchObject(refused);
      await expect(turns({ after: Number.NaN })).rejects.toMatchObject(refused);
      const between = engine.read((records) => records.countCreated(likes, { from: Number.NaN }));
      await expect(between).rejects.toMatchObject(refused);
    });
  });

  test('takes places of another back end for some place of its own', async () => {
    const { engine } = open();
    const some = [0, 1].map((index) => aLike(object, index));
    await engine.write(async ({ records }) => {
      for (const like of some) await records.put(likes, like);
    });
    const list = (bounds: object) =>
      engine.read((records) => records.list(likes, 'byObject', { object }, { limit: 5, ...bounds }));
    for (const length of [16, 24]) {
      const [first, last] = ['0', 'f'].map((digit) => digit.repeat(length) as Place);
      expect(await list({ after: first })).toHaveLength(2);
      expect(await list({ before: first })).toHaveLength(0);
      expect(await list({ after: last })).toHaveLength(0);
      expect(await list({ before: last })).toHaveLength(2);
    }
    for (const like of some) await engine.write(({ records }) => records.remove(likes, like));
  });
}
