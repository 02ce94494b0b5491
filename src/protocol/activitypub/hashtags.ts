// Hashtags: how they stand in texts and in the `tag` of a Note (an extension of Activity Streams that all servers share,
// `as:Hashtag`), and when two of them are the same.
import { hashtagCharactersMax } from '#support/limits';

/** A hashtag within a text, sign and all. A number alone, as in `#1`, is none, and neither is part of a word or of a path. */
export const hashtagInText = new RegExp(
  `(?<![\\p{L}\\p{N}\\p{M}_/&#])#(?=[\\p{N}_·]*\\p{L})[\\p{L}\\p{N}\\p{M}_·]{1,${hashtagCharactersMax}}` +
    '(?![\\p{L}\\p{N}\\p{M}_·])',
  'gu',
);

/** One spelling for all that mean the same tag, without the sign: `Cats` and `ＣＡＴＳ` are `cats`. */
export function foldHashtag(name: string): string {
  return name
    .replace(/^[#＃]/, '')
    .normalize('NFKC')
    .toLowerCase();
}

/** True for a name, without its sign, that a hashtag may have. */
export function isHashtagName(name: string): boolean {
  return name.length <= hashtagCharactersMax && /^[\p{L}\p{N}\p{M}_·]+$/u.test(name);
}
