// How a post is shown on pages: its text, which we have made safe when it was written, and when it was published.
import { html, raw } from 'hono/html';
import type { ShownPost } from '#domain/social/read-profile';
import type { Markup } from '#http/web/page';

export function postContent({ html: content }: ShownPost): Markup {
  return html`<div class="content e-content">${raw(content)}</div>`;
}

/** The time as a link to the post itself, in UTC, since a page without scripts knows no other zone. */
export function postTime({ uri, publishedAt }: ShownPost): Markup {
  const iso = new Date(publishedAt).toISOString();
  const { pathname } = new URL(uri);
  return html`<a class="when u-url" href="${pathname}"><time class="dt-published" datetime="${iso}">${readable(publishedAt)}</time></a>`;
}

const format = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: 'UTC',
});

function readable(ms: number): string {
  return `${format.format(ms)} UTC`;
}
