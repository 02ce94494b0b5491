// Ids for what our people make: random, so that nobody can guess what is not public, behind the time, so that they sort.
import type { Social } from '#domain/social/social';
import { randomToken } from '#support/random';

const timeDigits = 9;
const randomCharacters = 12;

export function newId({ clock, random }: Pick<Social, 'clock' | 'random'>): string {
  const time = clock.now().toString(36).padStart(timeDigits, '0');
  return time + randomToken(random, randomCharacters);
}
