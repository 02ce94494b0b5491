// What a person gives of a post, checked: text, people, hashtags, attachments. Everything that can be said of it without
// asking anybody else.
import type { Visibility } from '#protocol/activitypub/addressing';
import type { Attachment } from '#protocol/activitypub/attachments';
import { foldHashtag, isHashtagName } from '#protocol/activitypub/hashtags';
import { parseMediaType } from '#protocol/activitypub/media-types';
import { hashtagsIn, mentionsIn } from '#protocol/activitypub/plain-text-to-html';
import { normaliseUri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';
import { firstOfEach } from '#support/first-of-each';
import {
  contentWarningCharactersMax,
  descriptionCharactersMax,
  mentionsMax,
  postAttachmentsMax,
  postCharactersMax,
  postHashtagsMax,
} from '#support/limits';

export interface AttachmentDraft {
  /** http or https. */
  readonly url: string;
  /** Told by the end of the URL where it is left out. */
  readonly mediaType?: string | undefined;
  /** For those who cannot see it. */
  readonly description?: string | undefined;
}

/** What may be changed later. */
export interface PostContent {
  /** Plain text; it may be empty where something is attached. */
  readonly text: string;
  /** Whom it names beside those in its text: addresses or the URLs of actors. */
  readonly mentions?: readonly string[] | undefined;
  /** Beside those in its text, with the sign or without. */
  readonly tags?: readonly string[] | undefined;
  readonly contentWarning?: string | undefined;
  /** Whether what is attached is covered at first; a post with a content warning is unless it says otherwise. */
  readonly sensitive?: boolean | undefined;
  /** BCP 47. */
  readonly language?: string | undefined;
  readonly attachments?: readonly AttachmentDraft[] | undefined;
}

export interface PostDraft extends PostContent {
  readonly visibility: Visibility;
  /** The post that it answers, by its URI. */
  readonly inReplyTo?: string | undefined;
}

export interface CheckedContent {
  readonly text: string;
  /** As they stand in the text, in lower case. */
  readonly mentionsInText: readonly string[];
  readonly furtherMentions: readonly string[];
  /** Without the sign, each once. */
  readonly hashtags: readonly string[];
  readonly contentWarning?: string;
  readonly sensitive?: boolean;
  readonly language?: string;
  readonly attachments: readonly Attachment[];
}

/** @throws ProtocolError invalidParam */
export function checkContent(content: PostContent): CheckedContent {
  const { text, mentions = [], tags = [], contentWarning, sensitive, attachments = [] } = content;
  if (text.trim() === '' && attachments.length === 0) throw refusal('The text of a post must not be empty.');
  requireAtMost(text.length, postCharactersMax, 'characters');
  const mentionsInText = mentionsIn(text);
  requireAtMost(mentionsInText.length + mentions.length, mentionsMax, 'mentions');
  const hashtags = firstOfEach([...hashtagsIn(text), ...tags.map(checkTag)], foldHashtag);
  requireAtMost(hashtags.length, postHashtagsMax, 'hashtags');
  requireAtMost(attachments.length, postAttachmentsMax, 'attachments');
  const warning = contentWarning?.trim();
  if (warning) requireAtMost(warning.length, contentWarningCharactersMax, 'characters of a content warning');
  const language = content.language === undefined ? undefined : checkLanguage(content.language);
  return {
    text,
    mentionsInText,
    furtherMentions: mentions,
    hashtags,
    ...(warning ? { contentWarning: warning } : {}),
    ...(sensitive === undefined ? {} : { sensitive }),
    ...(language === undefined ? {} : { language }),
    attachments: attachments.map(checkAttachment),
  };
}

function checkTag(tag: string): string {
  const name = tag.replace(/^[#＃]/, '');
  if (isHashtagName(name)) return name;
  throw refusal(`"${tag.slice(0, 128)}" is no hashtag: one has letters, digits, _ and · only.`);
}

function checkLanguage(language: string): string {
  try {
    const [canonical] = Intl.getCanonicalLocales(language);
    if (canonical !== undefined) return canonical;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw refusal(`"${language.slice(0, 64)}" is no language such as en or pt-BR.`);
}

function checkAttachment({ url, mediaType, description }: AttachmentDraft): Attachment {
  const uri = normaliseUri(url);
  if (uri === undefined) throw refusal(`"${url.slice(0, 256)}" is not an http or https address.`);
  const type = mediaType === undefined ? mediaTypeByEnding(uri) : parseMediaType(mediaType)?.essence;
  if (mediaType !== undefined && type === undefined) {
    throw refusal(`"${mediaType.slice(0, 128)}" is no media type such as image/png.`);
  }
  const name = description?.trim();
  if (name) requireAtMost(name.length, descriptionCharactersMax, 'characters of a description');
  return {
    url: uri,
    ...(type === undefined ? {} : { mediaType: type }),
    ...(name ? { name } : {}),
  };
}

const mediaTypes: Readonly<Record<string, string>> = {
  avif: 'image/avif',
  gif: 'image/gif',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  m4a: 'audio/mp4',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  ogg: 'audio/ogg',
  pdf: 'application/pdf',
  png: 'image/png',
  webm: 'video/webm',
  webp: 'image/webp',
};

function mediaTypeByEnding(url: string): string | undefined {
  const ending = /\.([a-z0-9]{1,5})$/i.exec(new URL(url).pathname)?.[1]?.toLowerCase();
  return ending !== undefined && Object.hasOwn(mediaTypes, ending) ? mediaTypes[ending] : undefined;
}

function requireAtMost(count: number, most: number, what: string): void {
  if (count > most) throw refusal(`A post has at most ${most} ${what}.`);
}

function refusal(message: string): ProtocolError {
  return new ProtocolError('invalidParam', message);
}
