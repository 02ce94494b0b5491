// The social records in our own store: in memory and on disk.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLevelEngine } from '#store/engines/level';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';
import { type BackEnd, fastSize } from './bed.ts';
import { dataInStore } from './open-data.ts';

export const memoryBackEnd: BackEnd = {
  name: 'the store in memory',
  openData: async () =>
    dataInStore(
      async () => makeStore(openMemoryEngine()),
      async () => undefined,
    ),
  isDurable: false,
  size: fastSize,
};

export const levelBackEnd: BackEnd = {
  name: 'the store on disk',
  async openData() {
    const directory = await mkdtemp(join(tmpdir(), 'hearth-social-'));
    return dataInStore(
      async () => makeStore(await openLevelEngine(directory)),
      () => rm(directory, { recursive: true }),
    );
  },
  isDurable: true,
  size: fastSize,
};
