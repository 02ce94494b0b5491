// A hook as it stands in the settings: `https://…` to be told by POST, or `run:/path/to/program argument …`.
import { isAbsolute } from 'node:path';
import type { Program } from '#app/hooks/run-program';

export type HookTarget =
  | { readonly kind: 'webhook'; readonly url: string }
  | { readonly kind: 'program'; readonly program: Program };

/** As people may see it: what stands behind a `?` is often a secret. */
export function publicHook(target: HookTarget | undefined): string {
  if (!target) return '';
  if (target.kind === 'program') return `run:${[target.program.path, ...target.program.arguments].join(' ')}`;
  const { origin, pathname, search } = new URL(target.url);
  return origin + pathname + (search === '' ? '' : '?…');
}

/** Undefined for what is neither. Arguments stand apart by spaces; nothing is quoted, since no shell reads it. */
export function parseHook(text: string): HookTarget | undefined {
  if (text.startsWith('run:')) {
    const [path = '', ...others] = text.slice('run:'.length).trim().split(/\s+/);
    return isAbsolute(path) ? { kind: 'program', program: { path, arguments: others } } : undefined;
  }
  const url = URL.parse(text);
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  return url && isWeb && url.username === '' && url.password === ''
    ? { kind: 'webhook', url: url.href }
    : undefined;
}
