// The addresses of people in a text, as they would be mentioned in a post: `@bob@remote.example`.
import { formatAccountAddress, parseAccountAddress } from '#protocol/activitypub/account-address';
import { mentionsIn } from '#protocol/activitypub/plain-text-to-html';
import { firstOfEach } from '#support/first-of-each';

export interface FoundAddress {
  /** Lower case. */
  readonly name: string;
  /** With port where there is one; in punycode. */
  readonly host: string;
}

/** Each once, in the order in which they stand there. */
export function listAddresses(text: string): FoundAddress[] {
  const found = mentionsIn(text).flatMap((mention) => parseAccountAddress(mention) ?? []);
  return firstOfEach(found, formatAccountAddress);
}
