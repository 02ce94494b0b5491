// Bytes on disk per message once LevelDB has compacted, beside the canonical JSON of the messages.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';

export interface Disk {
  readonly bytes: number;
  readonly events: number;
  readonly canonicalBytes: number;
}

/** Opens the store of a stopped server, compacts it and counts what lies in it. */
export async function measureDisk(storeDirectory: string): Promise<Disk> {
  const level = new ClassicLevel<Buffer, Buffer>(storeDirectory, {
    keyEncoding: 'buffer',
    valueEncoding: 'buffer',
  });
  await level.open();
  await level.compactRange(Buffer.of(0), Buffer.of(0xff, 0xff));
  let events = 0;
  let canonicalBytes = 0;
  for await (const value of level.values()) {
    // A stored event: two bytes of length, a mark that begins with its id, its canonical JSON.
    if (value.length < 10 || value.toString('latin1', 2, 8) !== '{"i":"') continue;
    events++;
    canonicalBytes += value.length - 2 - value.readUInt16BE();
  }
  await level.close();
  const bytes = readdirSync(storeDirectory)
    .map((name) => statSync(join(storeDirectory, name)).size)
    .reduce((sum, size) => sum + size, 0);
  return { bytes, events, canonicalBytes };
}
