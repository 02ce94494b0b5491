// How answers are written: aligned columns for people, JSON for programs.
import type { CommandParts } from '#app/cli/command-parts';
import type { OutputOptions } from '#app/cli/server-options';

/** Writes the value as one line of JSON when asked to, and the text otherwise. */
export function answer(parts: CommandParts, { json }: OutputOptions, value: unknown, text: string): void {
  if (json) parts.print(JSON.stringify(value));
  else if (text !== '') parts.print(text);
}

/** Rows as columns that are as wide as their widest cell; the empty text for no rows. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  }
  return rows
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function formatTime(timeMs: number): string {
  return new Date(timeMs)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');
}

/** What tells how to get the next page, if there is one. */
export function nextHint(next: string | undefined): string {
  return next === undefined ? '' : `\n(more: --after ${next})`;
}
