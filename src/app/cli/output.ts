// How answers are written: aligned columns for people, JSON for programs.
import type { CommandParts } from '#app/cli/command-parts';
import type { OutputOptions } from '#app/cli/server-options';

/**
 * Writes the value as one line of JSON when asked to, and the text otherwise. Much of it was written by strangers: control
 * characters, by which a text could steer the terminal, never get there.
 */
export function answer(parts: CommandParts, { json }: OutputOptions, value: unknown, text: string): void {
  if (json) parts.print(JSON.stringify(value).replace(/[\x7f-\x9f]/g, escaped));
  else if (text !== '') parts.print(text.replace(/[^\P{Cc}\n\t]/gu, '\ufffd'));
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
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

/** Names and values below each other; what is empty or undefined is left out, further lines of a value stand below it. */
export function table(rows: readonly (readonly [name: string, value: string | undefined])[]): string {
  const lines = rows.flatMap(([name, value = '']) =>
    value === '' ? [] : value.split('\n').map((line, index) => [index === 0 ? name : '', line]),
  );
  return columns(lines);
}

/** Every line two characters to the right. */
export function indented(text: string): string {
  return text.replace(/^/gm, '  ');
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
