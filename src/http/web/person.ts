// How a person is shown on pages: a face made of the first letter, the name, the address.
import { html } from 'hono/html';
import type { ProfileHead } from '#domain/social/read-profile';
import type { Markup } from '#http/web/page';

export function profilePath(name: string): string {
  return `/@${encodeURIComponent(name)}`;
}

/** On her own page the name is the heading; elsewhere it leads there. */
export function person(head: ProfileHead, place: 'heading' | 'byline'): Markup {
  const { name, displayName, address } = head;
  const title =
    place === 'heading'
      ? html`<h1 class="name p-name">${displayName}</h1>`
      : html`<a class="name p-name u-url" href="${profilePath(name)}">${displayName}</a>`;
  const small = place === 'byline' ? ' small' : '';
  return html`<div class="person p-author h-card${small}"><span class="face" aria-hidden="true">${firstLetter(displayName)}</span>${title}<span class="address">@${address}</span></div>`;
}

function firstLetter(text: string): string {
  const [first] = new Intl.Segmenter().segment(text.trim() || '?');
  return first?.segment ?? '?';
}
