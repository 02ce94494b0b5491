// What this program is called and which version of it runs, from the package that it came in.
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const manifest = z.object({ version: z.string() });

export const software = {
  name: 'hearth',
  // As far above the sources as above what is built of them.
  version: manifest.parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')))
    .version,
} as const;
