// What all pages for people have in common: the frame, and the headers under which a page can do nothing but be read (no
// scripts, no foreign resources, no frames). Templates escape whatever is put into them unless it is marked as HTML.
import { html, raw } from 'hono/html';
import { type Reply, replyText } from '#http/reply';
import { stylesheet, stylesheetSource } from '#http/web/stylesheet';
import { ProtocolError } from '#support/errors';

/** What `html` makes. */
export type Markup = ReturnType<typeof html>;

export interface PageParts {
  readonly title: string;
  /** The host by which people know this server. */
  readonly host: string;
  /** A sentence for search engines and previews. */
  readonly description?: string;
  /** The same thing as Activity Streams. */
  readonly activityUri?: string;
  /** Keeps search engines away. */
  readonly unlisted?: boolean;
  readonly body: Markup;
}

const policy = [
  "default-src 'none'",
  `style-src ${stylesheetSource}`,
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers = {
  'Content-Security-Policy': policy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  Vary: 'Accept',
};

const flame =
  'M12 2c1 4 6 6.5 6 12a6 6 0 0 1-12 0c0-2.5 1.2-4.3 2.6-5.8.4 1.7 1.2 2.7 2.4 3.3C10.200 8 10.800 4.800 12 2z';
const icon = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#d9590f" d="${flame}"/></svg>`,
)}`;

export async function answerPage(status: number, page: PageParts): Promise<Reply> {
  return replyText(status, 'text/html; charset=utf-8', String(await frame(page)), headers);
}

/** A page for what cannot be shown: the error of the catalogue, in words. Anything else is thrown on. */
export async function answerRefusal(host: string, error: unknown): Promise<Reply> {
  if (!(error instanceof ProtocolError)) throw error;
  const title =
    error.status === 410 ? 'This is gone' : error.status === 404 ? 'Nothing here' : 'This cannot be shown';
  return answerPage(error.status, {
    title,
    host,
    unlisted: true,
    body: html`<section class="card"><h1>${title}</h1><p>${error.message}</p></section>`,
  });
}

function frame({ title, host, description, activityUri, unlisted, body }: PageParts): Markup {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${
  description === undefined
    ? ''
    : html`<meta name="description" content="${description}">
<meta property="og:title" content="${title}">
<meta property="og:description" content="${description}">`
}
${unlisted ? html`<meta name="robots" content="noindex">` : ''}
${activityUri === undefined ? '' : html`<link rel="alternate" type="application/activity+json" href="${activityUri}">`}
<link rel="icon" href="${icon}">
<style>${raw(stylesheet)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="bar"><a class="brand" href="/"><svg viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path fill="currentColor" d="${flame}"/></svg>${host}</a></header>
<main id="content">
${body}
</main>
<footer class="foot">Served by Hearth: Matrix and the fediverse under one roof.</footer>
</body>
</html>
`;
}
