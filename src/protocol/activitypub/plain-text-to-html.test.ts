import fc from 'fast-check';
import { expect, it } from 'vitest';
import { escapeHtml, mentionsIn, plainTextToHtml } from '#protocol/activitypub/plain-text-to-html';
import { sanitiseHtml } from '#protocol/activitypub/sanitise-html';

const link = (href: string, text = href) =>
  `<a href="${href}" rel="nofollow noopener noreferrer" target="_blank">${text}</a>`;

it.each([
  ['', ''],
  ['  \n \n', ''],
  ['Hello', '<p>Hello</p>'],
  ['one\ntwo', '<p>one<br>two</p>'],
  ['one\r\n\r\n\r\ntwo\n', '<p>one</p><p>two</p>'],
  [
    '<script>alert("x")</script> & \'y\'',
    '<p>&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39;</p>',
  ],
  ['see https://example.org/a?b=1&c=2.', `<p>see ${link('https://example.org/a?b=1&amp;c=2')}.</p>`],
  ['(https://example.org/a)', `<p>(${link('https://example.org/a')})</p>`],
  ['https://example.org/a_(b)', `<p>${link('https://example.org/a_(b)')}</p>`],
  ['https://good@evil.example/ javascript:alert(1)', '<p>https://good@evil.example/ javascript:alert(1)</p>'],
  ['https://', '<p>https://</p>'],
  ['@bob@remote.example', '<p>@bob@remote.example</p>'],
])('%j becomes %s', (text, html) => expect(plainTextToHtml(text)).toBe(html));

it('links mentions that are known', () => {
  const mentions = new Map([['@bob@remote.example', { url: 'https://remote.example/@bob' }]]);
  expect(plainTextToHtml('hi @Bob@remote.example!', { mentions })).toBe(
    '<p>hi <span class="h-card"><a href="https://remote.example/@bob" class="u-url mention">@<span>Bob</span></a></span>!</p>',
  );
  expect(
    mentionsIn('@Bob@remote.example, @bob@remote.example @eve@localhost:8008 a@b.example x/@y@z.example'),
  ).toEqual(['@bob@remote.example', '@eve@localhost:8008']);
});

it('gives only what the sanitiser leaves as it is, whatever is typed', () => {
  const text = fc.array(
    fc.constantFrom('<', '>', '"', "'", '&', '\n', ' ', 'https://a.example/', '@b@c.example', 'x', ')'),
  );
  fc.assert(
    fc.property(text, (pieces) => {
      const html = plainTextToHtml(pieces.join(''));
      const tags = html.replace(/<\/?(p|br|a)( [^<>]*)?>/g, '');
      expect(tags).not.toMatch(/[<>"']/);
      expect(sanitiseHtml(html).replace(/<[^>]*>/g, '')).toBe(sanitiseHtml(tags));
    }),
  );
  expect(escapeHtml('<&>')).toBe('&lt;&amp;&gt;');
});
