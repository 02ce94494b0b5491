// Texts that belong to records: absent, replaced, removed, kept where they are not named, and as large as they may be.
import { describe, expect, test } from 'vitest';
import { accounts } from '#databases/social/records/accounts';
import { recordTextBytesMax } from '#support/limits';
import type { OpenBed } from '../bed.ts';
import { anAccount } from '../some-records.ts';

export function textTests(open: OpenBed): void {
  describe('texts', () => {
    test('are absent, replaced, removed, and kept where they are not named', async () => {
      const { engine, other } = open();
      const account = anAccount('texts');
      const icon = () => other.read((records) => records.text(accounts, account, 'icon'));
      const put = (texts?: { icon: string | undefined }) =>
        engine.write(({ records }) => records.put(accounts, account, texts));
      expect(await icon()).toBeUndefined();
      await put();
      expect(await icon()).toBeUndefined();
      await put({ icon: 'first' });
      expect(await icon()).toBe('first');
      await put();
      expect(await icon()).toBe('first');
      await put({ icon: '' });
      expect(await icon()).toBe('');
      await put({ icon: 'second' });
      expect(await icon()).toBe('second');
      await put({ icon: undefined });
      expect(await icon()).toBeUndefined();
      await put({ icon: 'third' });
      await engine.write(({ records }) => records.remove(accounts, account));
      expect(await icon()).toBeUndefined();
      // One of the same name has nothing of what was removed.
      await put();
      expect(await icon()).toBeUndefined();
      await engine.write(({ records }) => records.remove(accounts, account));
    });

    test('of a megabyte of characters of several bytes come back whole, and shorter ones after them', async () => {
      const { engine, other } = open();
      const account = anAccount('large texts');
      const character = '\u{1f600}';
      const largest = `${'é'.repeat(3)}${character.repeat((recordTextBytesMax - 8) / 4)}ab`;
      expect(Buffer.byteLength(largest)).toBe(recordTextBytesMax);
      await engine.write(({ records }) => records.put(accounts, account, { icon: largest }));
      const found = await other.read((records) => records.text(accounts, account, 'icon'));
      expect(found === largest).toBe(true);
      await engine.write(({ records }) => records.put(accounts, account, { icon: 'short' }));
      expect(await other.read((records) => records.text(accounts, account, 'icon'))).toBe('short');
      const attempt = engine.write(({ records }) => records.put(accounts, account, { icon: `${largest}a` }));
      await expect(attempt).rejects.toMatchObject({ name: 'ProtocolError', kind: 'tooLarge' });
      expect(await other.read((records) => records.text(accounts, account, 'icon'))).toBe('short');
      await engine.write(({ records }) => records.remove(accounts, account));
    });
  });
}
