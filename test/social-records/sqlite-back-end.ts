// The social records in a file of SQLite.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BackEnd, fastSize } from './bed.ts';
import { dataAt } from './open-data.ts';

export const sqliteBackEnd: BackEnd = {
  name: 'SQLite',
  async openData() {
    const directory = await mkdtemp(join(tmpdir(), 'hearth-sqlite-'));
    return dataAt(`sqlite:${join(directory, 'social.db')}`, () => rm(directory, { recursive: true }));
  },
  isDurable: true,
  size: fastSize,
};
