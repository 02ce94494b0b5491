import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStores } from '#app/stores';
import { systemClock } from '#support/clock';
import { systemRandom } from '#support/random';

const parts = { clock: systemClock, random: systemRandom };

describe('the stores', () => {
  it('are one store where the URIs are equal, and separate ones otherwise', async () => {
    await using directory = temporaryDirectory();
    const shared = `level:${join(directory.path, 'shared')}`;
    await using stores = await openStores(
      { rooms: shared, accounts: shared, transitory: 'memory:', social: shared },
      parts,
    );
    expect(stores.accounts).toBe(stores.rooms);
    expect(stores.social).toBe(stores.rooms);
    expect(stores.transitory).not.toBe(stores.rooms);
  });

  it('are closed again when one of them cannot be opened', async () => {
    await using directory = temporaryDirectory();
    const good = `level:${join(directory.path, 'good')}`;
    writeFileSync(join(directory.path, 'file'), '');
    const bad = `level:${join(directory.path, 'file', 'store')}`;
    await expect(
      openStores({ rooms: good, accounts: bad, transitory: good, social: good }, parts),
    ).rejects.toThrow();
    await using _again = await openStores(
      { rooms: good, accounts: good, transitory: good, social: good },
      parts,
    );
  });
});

function temporaryDirectory() {
  const path = mkdtempSync(join(tmpdir(), 'hearth-stores-'));
  return { path, [Symbol.asyncDispose]: async () => rmSync(path, { recursive: true }) };
}
