import { expect, it } from 'vitest';
import { htmlToText, sanitiseHtml } from '#protocol/activitypub/sanitise-html';

const rel = 'rel="nofollow noopener noreferrer" target="_blank"';

it.each([
  ['<p>Hi <em>you</em><br>there</p>', '<p>Hi <em>you</em><br />there</p>'],
  [
    '<a href="https://a.example/" class="mention u-url evil">x</a>',
    `<a href="https://a.example/" class="mention u-url" ${rel}>x</a>`,
  ],
  [
    '<a href="https://a.example/" rel="tag opener" target="_top">#x</a>',
    '<a href="https://a.example/" rel="tag nofollow noopener noreferrer" target="_blank">#x</a>',
  ],
  [
    '<span class="h-card invisible fa-spin" style="position:fixed">x</span>',
    '<span class="h-card invisible">x</span>',
  ],
  ['<ol start="2" reversed><li value="3">x</li></ol>', '<ol start="2" reversed><li value="3">x</li></ol>'],
  [
    '<blockquote><pre><code>x</code></pre></blockquote>',
    '<blockquote><pre><code>x</code></pre></blockquote>',
  ],
  ['<h1>Title</h1>', '<strong>Title</strong>'],
])('%s becomes %s', (html, expected) => expect(sanitiseHtml(html)).toBe(expected));

it.each([
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg><style><img src=x onerror=alert(1)></style></svg>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '<a href="javascript:alert(1)">x</a>',
  '<a href="java\nscript:alert(1)">x</a>',
  '<a href=" &#106;avascript:alert(1)">x</a>',
  '<a href="data:text/html,<script>alert(1)</script>">x</a>',
  '<a href="//evil.example/">x</a>',
  '<a href="/settings/delete">x</a>',
  '<a href="https://a.example/" onclick="alert(1)">x</a>',
  '<p style="background:url(javascript:alert(1))" onmouseover=alert(1)>x</p>',
  '<iframe src="https://evil.example/"></iframe><object data="x"></object><form action="/x"><input></form>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<style>@import "https://evil.example/"</style>',
])('takes the sting out of %s', (html) => {
  const safe = sanitiseHtml(html);
  const tags = safe.match(/<[^>]*>/g) ?? [];
  expect(tags.join('')).not.toMatch(
    /script|style|img|iframe|object|form|input|svg|math| on\w+=|data:|settings|evil/i,
  );
});

it('is not overrun by nesting, and is stable', () => {
  const deep = sanitiseHtml('<blockquote>'.repeat(10_000));
  expect(deep.match(/<blockquote>/g)!.length).toBeLessThanOrEqual(64);
  const once = sanitiseHtml('<p>a & b < c <b>"d"</p><a href="https://x.example/?a=1&b=2">l</a>');
  expect(sanitiseHtml(once)).toBe(once);
});

it('gives the text of HTML', () => {
  expect(
    htmlToText('<p>one<br>two &amp; &lt;three&gt;</p><p>four <a href="https://x.example/">five</a></p>'),
  ).toBe('one\ntwo & <three>\n\nfour five');
  expect(htmlToText('<script>alert(1)</script>&amp;lt;')).toBe('&lt;');
});
