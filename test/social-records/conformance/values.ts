// Values at their limits, of every script, and made to break a query: stored as they are, or refused, by every back end
// alike.
import { describe, expect, test } from 'vitest';
import type { ProtocolError } from '#support/errors';
import { keyTextBytesMax, recordBytesMax, uriCharactersMax } from '#support/limits';
import type { OpenBed, SuiteSize } from '../bed.ts';
import { type AnyRecord, pick, type RawType, rawType, rawTypes, readRaw, writeRaw } from '../raw-records.ts';
import { aLike, anAccount } from '../some-records.ts';

/** Text that means something to a language of queries, to a path, to a template or to JavaScript. */
const injections = [
  `'); DROP TABLE likes; --`,
  `" OR ""="`,
  '`; SELECT 1; --',
  '$1 ? :name @name {{x}} #a :a',
  '%_\\',
  'a\r\nb\tc',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  '\u0001\u001f\u007f\u0080',
  '\ufeff\u202e\u2028\ufffe\uffff',
  'a\u0301 å å \u{1f469}\u200d\u{1f680} \u{10ffff}',
  ' leading and trailing ',
];

export function valueTests(open: OpenBed, { isWhole }: SuiteSize): void {
  const awkward = isWhole ? injections : [injections.join(' ')];
  describe('values', () => {
    test.each(rawTypes.map((type) => [type.name, type] as const))(
      'that mean something to somebody are stored as they are, in every field of %s',
      async (_name, type) => {
        const { engine, other } = open();
        const some = awkward.map((text) => filled(type, text));
        await writeRaw(engine, async (records) => {
          for (const record of some) await records.put(type, record, textsOf(type, record));
        });
        await readRaw(other, async (records) => {
          for (const [index, record] of some.entries()) {
            const key = pick(type.key, record);
            expect(await records.get(type, key)).toEqual(record);
            for (const name of type.texts) expect(await records.text(type, key, name)).toBe(awkward[index]);
            for (const [listing, { by, where }] of Object.entries(type.listings)) {
              if (where !== undefined) continue;
              const found = await records.list(type, listing, pick(by, record), { limit: 50 });
              expect(found.map((placed) => placed.record)).toContainEqual(record);
            }
          }
        });
        await writeRaw(engine, async (records) => {
          for (const record of some)
            expect(await records.remove(type, pick(type.key, record))).toEqual(record);
        });
      },
    );

    test.each(rawTypes.map((type) => [type.name, type] as const))(
      'at their limits are stored as they are, in every field of %s',
      async (_name, type) => {
        const { engine, other } = open();
        const short = filled(type, 'short');
        const longest = filled(type, 'x'.repeat(keyTextBytesMax - 4).concat('\u{1f600}'), {
          uri: `https://long.example/${'u'.repeat(uriCharactersMax)}`.slice(0, uriCharactersMax),
        });
        // Differs from it in its last character only.
        const nearly = filled(type, 'x'.repeat(keyTextBytesMax - 4).concat('\u{1f601}'), {
          uri: `https://long.example/${'u'.repeat(uriCharactersMax)}`
            .slice(0, uriCharactersMax - 1)
            .concat('v'),
        });
        const some = [short, longest, nearly];
        await writeRaw(engine, async (records) => {
          for (const record of some) await records.put(type, record);
        });
        await readRaw(other, async (records) => {
          for (const record of some) {
            expect(await records.get(type, pick(type.key, record))).toEqual(record);
            for (const [listing, { by, where }] of Object.entries(type.listings)) {
              if (where !== undefined || by.length === 0) continue;
              const found = await records.list(type, listing, pick(by, record), { limit: 50 });
              expect(found.map((placed) => placed.record)).toEqual([record]);
            }
          }
        });
        await writeRaw(engine, async (records) => {
          for (const record of some)
            expect(await records.remove(type, pick(type.key, record))).toEqual(record);
        });
      },
    );

    test('that some back end cannot keep are refused, and found nowhere', async () => {
      const { engine } = open();
      const account: AnyRecord = { ...anAccount('refused') };
      for (const text of ['a\0b', '\0', '\ud800', 'a\udc00b', '\udc00\ud800']) {
        for (const attempt of [
          { ...account, name: text },
          { ...account, displayName: text },
          { ...account, url: `https://here.example/${text}` },
        ]) {
          expect(await refusalOf(engine, rawType('accounts'), attempt)).toBe('invalidParam');
        }
        const icon = writeRaw(engine, (records) => records.put(rawType('accounts'), account, { icon: text }));
        await expect(icon).rejects.toMatchObject({ name: 'ProtocolError', kind: 'invalidParam' });
        await readRaw(engine, async (records) => {
          expect(await records.get(rawType('accounts'), { name: text })).toBeUndefined();
          expect(await records.text(rawType('accounts'), { name: text }, 'icon')).toBeUndefined();
          expect(await records.find(rawType('following'), 'byFollow', { follow: text })).toBeUndefined();
          expect(
            await records.list(rawType('aliases'), 'byAccount', { account: text }, { limit: 5 }),
          ).toEqual([]);
          expect(await records.listByKey(rawType('properties'), { account: text }, { limit: 5 })).toEqual([]);
          expect(await records.count(rawType('likes'), 'byObject', { object: text })).toBe(0);
        });
        const removed = await writeRaw(engine, (records) =>
          records.remove(rawType('accounts'), { name: text }),
        );
        expect(removed).toBeUndefined();
      }
      expect(await readRaw(engine, (records) => records.get(rawType('accounts'), account))).toBeUndefined();
    });

    test('that are longer than any key are found nowhere', async () => {
      const { engine } = open();
      for (const bytes of [keyTextBytesMax + 1, 200_000]) {
        const long = 'x'.repeat(bytes);
        const one = { limit: 1 };
        await readRaw(engine, async (records) => {
          expect(await records.get(rawType('accounts'), { name: long })).toBeUndefined();
          expect(await records.text(rawType('accounts'), { name: long }, 'icon')).toBeUndefined();
          expect(await records.list(rawType('aliases'), 'byAccount', { account: long }, one)).toEqual([]);
          expect(await records.listByKey(rawType('properties'), { account: long }, one)).toEqual([]);
          const followed = { account: long, state: 'accepted' };
          expect(await records.count(rawType('followers'), 'byAccount', followed)).toBe(0);
          const behind = records.listByKey(rawType('properties'), { account: 'a' }, { ...one, after: long });
          await expect(behind).rejects.toMatchObject({ name: 'ProtocolError', kind: 'invalidParam' });
        });
        const key = { account: 'a', name: long };
        expect(
          await writeRaw(engine, (records) => records.remove(rawType('properties'), key)),
        ).toBeUndefined();
      }
    });

    test('beyond their limits are refused', async () => {
      const { engine } = open();
      const accounts = rawType('accounts');
      const account: AnyRecord = { ...anAccount('beyond') };
      const long = 'é'.repeat(keyTextBytesMax / 2);
      expect(await refusalOf(engine, accounts, { ...account, name: `${long}a` })).toBe('invalidParam');
      expect(await readRaw(engine, (records) => records.get(accounts, { name: `${long}a` }))).toBeUndefined();
      expect(await refusalOf(engine, accounts, { ...account, summary: 'a'.repeat(recordBytesMax) })).toBe(
        'tooLarge',
      );
      for (const createdAt of [1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
        expect(await refusalOf(engine, accounts, { ...account, createdAt })).toBe('invalidParam');
      }
      // The largest that fits is stored.
      const spare = recordBytesMax - Buffer.byteLength(JSON.stringify({ ...account, summary: '' }));
      const largest = { ...account, summary: 'a'.repeat(spare) };
      await writeRaw(engine, (records) => records.put(accounts, largest));
      expect(await readRaw(engine, (records) => records.get(accounts, account))).toEqual(largest);
      await writeRaw(engine, (records) => records.remove(accounts, account));
    });

    test('that are not what the type declares are errors of the program', async () => {
      const { engine } = open();
      const like: AnyRecord = { ...aLike('https://declared.example/') };
      const { activity: _missing, ...incomplete } = like;
      for (const wrong of [
        incomplete,
        { ...like, actor: 5 },
        { ...like, createdAt: '5' },
        { ...like, unknown: 'a' },
      ]) {
        const attempt = writeRaw(engine, (records) => records.put(rawType('likes'), wrong));
        await expect(attempt).rejects.toThrow(TypeError);
      }
    });

    test('of integers are kept exactly, below nought and up to what a double holds', async () => {
      const { engine, other } = open();
      const notes = rawType('notes');
      for (const publishedAt of [0, -1, -0.0, 2 ** 53 - 1, -(2 ** 53 - 1), 2 ** 31, 2 ** 32 + 1]) {
        const note = {
          origin: 'https://there.example',
          uri: 'https://there.example/integers',
          author: 'https://there.example/author',
          state: 'present',
          publishedAt: publishedAt + 0,
          storedAt: 1,
        };
        await writeRaw(engine, (records) => records.put(notes, note));
        const found = await readRaw(other, (records) => records.get(notes, note));
        expect(found).toEqual(note);
      }
      await writeRaw(engine, (records) =>
        records.remove(notes, { origin: 'https://there.example', uri: 'https://there.example/integers' }),
      );
    });
  });
}

type Engine = Parameters<typeof writeRaw>[0];

async function refusalOf(engine: Engine, type: RawType, record: AnyRecord): Promise<string | undefined> {
  try {
    await writeRaw(engine, (records) => records.put(type, record));
  } catch (error) {
    return (error as Partial<ProtocolError>).kind;
  }
  return undefined;
}

/** A record with one text in all of its fields that take any. */
function filled(type: RawType, text: string, { uri = text }: { uri?: string } = {}): AnyRecord {
  const value = (kind: string): unknown => {
    switch (kind.replace('?', '')) {
      case 'text':
        return text;
      case 'uri':
        return uri;
      case 'integer':
        return 1_700_000_000_000;
      case 'flag':
        return true;
      default:
        return [text, { [text]: text }];
    }
  };
  return Object.fromEntries(Object.entries(type.fields).map(([field, kind]) => [field, value(kind)]));
}

function textsOf(type: RawType, record: AnyRecord): { [name: string]: string } {
  const text = Object.keys(type.fields).find((field) => /^(text|uri)/.test(type.fields[field]!));
  return Object.fromEntries(type.texts.map((name) => [name, record[text!] as string]));
}
