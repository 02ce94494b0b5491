// How a post is shown on pages: its text, which we have made safe when it was written, behind its content warning if it has
// one; what is attached, as links, since a page shows nothing that lies elsewhere; and when it was published.
import { html, raw } from 'hono/html';
import type { ShownPost } from '#domain/social/shown-post';
import type { Markup } from '#http/web/page';
import type { Attachment } from '#protocol/activitypub/attachments';
import { authorityOf } from '#protocol/activitypub/uris';
import { counted } from '#support/plural';

/** All of a post but its author. */
export function postBody(post: ShownPost): Markup {
  const { inReplyTo, contentWarning } = post;
  const content = html`${postContent(post)}${attachments(post.attachments)}`;
  return html`${inReplyTo === undefined ? '' : html`<p class="hint">In reply to ${elsewhere(inReplyTo, 'u-in-reply-to')}</p>`}
${contentWarning === undefined ? content : html`<details class="warned"><summary class="p-summary">${contentWarning}</summary>${content}</details>`}
${postFoot(post)}`;
}

/** A link to something that may lie anywhere, by the host it lies on. */
export function elsewhere(uri: Parameters<typeof authorityOf>[0], kind: string): Markup {
  return html`<a class="${kind}" href="${uri}" rel="nofollow noopener noreferrer">a post on ${authorityOf(uri)}</a>`;
}

function postContent({ html: content, language }: ShownPost): Markup {
  const lang = language === undefined ? '' : html` lang="${language}"`;
  return html`<div class="content e-content"${lang}>${raw(content)}</div>`;
}

function attachments(attached: readonly Attachment[]): Markup | '' {
  if (attached.length === 0) return '';
  return html`<ul class="attachments" aria-label="Attachments">${attached.map(
    ({ url, name, mediaType }) =>
      html`<li><a href="${url}" rel="nofollow noopener noreferrer">${name ?? fileNameOf(url)}</a> <span class="kind">${kindOf(mediaType)}</span></li>`,
  )}</ul>`;
}

function kindOf(mediaType: string | undefined): string {
  switch (mediaType?.split('/')[0]) {
    case 'image':
      return 'picture';
    case 'audio':
      return 'sound';
    case 'video':
      return 'film';
    default:
      return 'file';
  }
}

function fileNameOf(url: string): string {
  const { pathname, host } = new URL(url);
  const last = pathname.split('/').at(-1);
  if (!last) return host;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

function postFoot(post: ShownPost): Markup {
  const { likes, boosts } = post;
  return html`<p class="below">${postTime(post)}${count(likes, 'like')}${count(boosts, 'boost')}</p>`;
}

function count(number: number, one: string): Markup | '' {
  if (number === 0) return '';
  return html`<span class="count">${counted(number, one)}</span>`;
}

/** The time as a link to the post itself, in UTC, since a page without scripts knows no other zone. */
function postTime({ uri, publishedAt, updatedAt }: ShownPost): Markup {
  const { pathname } = new URL(uri);
  const edited =
    updatedAt === undefined ? '' : html` <span class="count">edited ${time(updatedAt, 'dt-updated')}</span>`;
  return html`<a class="when u-url" href="${pathname}">${time(publishedAt, 'dt-published')}</a>${edited}`;
}

/** @param ms milliseconds since the Unix epoch */
export function time(ms: number, kind: string): Markup {
  return html`<time class="${kind}" datetime="${new Date(ms).toISOString()}">${readable(ms)}</time>`;
}

const format = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: 'UTC',
});

function readable(ms: number): string {
  return `${format.format(ms)} UTC`;
}
