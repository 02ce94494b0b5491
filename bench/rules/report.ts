// One line of a report, as all parts of `npm run bench:rules` print it.

export function line(name: string, figure: string): void {
  console.log(`${name.padEnd(62)} ${figure}`);
}

export const ratio = (one: number, other: number): string => (one / other).toFixed(2);
