// How a person is shown on pages: her picture, the name, the address.
import { html } from 'hono/html';
import type { ProfileHead } from '#domain/social/read-profile';
import type { Markup } from '#http/web/page';

export function profilePath(name: string): string {
  return `/@${encodeURIComponent(name)}`;
}

/** On her own page the name is the heading; elsewhere it leads there. */
export function person(head: ProfileHead, place: 'heading' | 'byline'): Markup {
  const { name, displayName, address, icon, isBot } = head;
  const title =
    place === 'heading'
      ? html`<h1 class="name p-name">${displayName}</h1>`
      : html`<a class="name p-name u-url" href="${profilePath(name)}">${displayName}</a>`;
  const { pathname, search } = new URL(icon);
  const small = place === 'byline' ? ' small' : '';
  const bot = isBot ? html` <span class="badge">bot</span>` : '';
  // The name stands beside it: who cannot see the picture misses nothing.
  return html`<div class="person p-author h-card${small}"><img class="face u-photo" src="${pathname}${search}" alt="" width="64" height="64">${title}<span class="address">@${address}${bot}</span></div>`;
}
