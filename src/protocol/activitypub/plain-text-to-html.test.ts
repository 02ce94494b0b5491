import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  escapeHtml,
  fieldToHtml,
  hashtagsIn,
  mentionsIn,
  plainTextToHtml,
} from '#protocol/activitypub/plain-text-to-html';
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
  expect(mentionsIn('Ask @bob@remote.example. Or @eve@a-b.example...')).toEqual([
    '@bob@remote.example',
    '@eve@a-b.example',
  ]);
});

it('links hashtags where they have pages', () => {
  const hashtagPage = (name: string) => `https://home.example/tags/${name.toLowerCase()}`;
  const tag = (name: string) =>
    `<a href="${new URL(hashtagPage(name)).href}" class="mention hashtag" rel="tag">#<span>${name}</span></a>`;
  expect(plainTextToHtml('(#Cats, #käse_2) #1 a#b https://x.example/#c', { hashtagPage })).toBe(
    `<p>(${tag('Cats')}, ${tag('käse_2')}) #1 a#b ${link('https://x.example/#c')}</p>`,
  );
  expect(plainTextToHtml('#cats')).toBe('<p>#cats</p>');
  expect(plainTextToHtml('#cats', { hashtagPage: () => 'javascript:alert(1)' })).toBe('<p>#cats</p>');
});

it('finds hashtags, each once in its first spelling', () => {
  expect(
    hashtagsIn('#Cats #cats #CATS x#no /#no &#no ##no #1 #1a https://x.example/#no @b@c.example #猫'),
  ).toEqual(['Cats', '1a', '猫']);
  expect(hashtagsIn(`#${'x'.repeat(100)} #${'y'.repeat(101)}`)).toEqual(['x'.repeat(100)]);
  expect(hashtagsIn('#1'.repeat(50_000))).toEqual([]);
});

it('makes one line of a field, with links that are hers', () => {
  expect(fieldToHtml('<b>\n https://a.example/.')).toBe(
    '&lt;b&gt; <a href="https://a.example/" rel="me nofollow noopener noreferrer" target="_blank">https://a.example/</a>.',
  );
  expect(fieldToHtml('')).toBe('');
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
