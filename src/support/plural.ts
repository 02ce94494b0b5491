// A number with its noun, for texts that people read.

/** `1 post`, `1,200 posts`. `many` is for nouns that do not end in s. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en-GB')} ${number === 1 ? one : many}`;
}
