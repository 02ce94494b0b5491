// What this program is called and which version of it runs, from the package that it came in.
import { readFileSync } from 'node:fs';

// As far above the sources as above what is built of them. It is our own, so nothing about it is in doubt.
const manifest = new URL('../../package.json', import.meta.url);
const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string };

export const software = { name: 'hearth', version } as const;
