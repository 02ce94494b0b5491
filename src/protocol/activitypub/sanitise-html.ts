// HTML from outside, reduced to an allow-list and written anew from a parse tree (no mutation XSS). The list is the one
// that Mastodon documents for remote posts, so that what others write keeps its shape.
import sanitize from 'sanitize-html';

const classes = ['h-*', 'p-*', 'u-*', 'dt-*', 'e-*', 'mention', 'hashtag', 'ellipsis', 'invisible'];
const linkSchemes = [
  'http',
  'https',
  'dat',
  'dweb',
  'ipfs',
  'ipns',
  'ssb',
  'gopher',
  'xmpp',
  'magnet',
  'gemini',
];
/** Relations that say something about the link itself; all others are replaced by ours. */
const keptRelations = ['tag', 'me'];

const options: sanitize.IOptions = {
  allowedTags: [
    'p',
    'br',
    'span',
    'a',
    'del',
    's',
    'pre',
    'code',
    'em',
    'strong',
    'b',
    'i',
    'u',
    'ul',
    'ol',
    'li',
    'blockquote',
  ],
  allowedAttributes: { a: ['href', 'rel', 'target'], ol: ['start', 'reversed'], li: ['value'] },
  allowedClasses: { a: classes, span: classes },
  allowedSchemes: linkSchemes,
  allowProtocolRelative: false,
  nestingLimit: 64,
  transformTags: {
    a: (_tag, { href, rel, class: classNames }) => ({
      tagName: 'a',
      attribs: {
        // A relative link would lead to our own pages, which its author does not know.
        ...(href !== undefined && /^[a-z][a-z0-9+.-]*:/i.test(href.trim()) ? { href: href.trim() } : {}),
        ...(classNames === undefined ? {} : { class: classNames }),
        rel: [
          ...keptRelations.filter((kept) => rel?.split(/\s+/).includes(kept)),
          'nofollow noopener noreferrer',
        ].join(' '),
        target: '_blank',
      },
    }),
    ...Object.fromEntries(['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((heading) => [heading, 'strong'])),
  },
};

/** HTML that is safe to put into a page. */
export function sanitiseHtml(html: string): string {
  return sanitize(html, options);
}

/** The text of HTML, for terminals, notifications and titles: blocks and breaks become line breaks. */
export function htmlToText(html: string): string {
  const marked = html.replace(/<br\s*\/?>/gi, '\n').replace(/<\/(p|li|blockquote|pre|h[1-6])>/gi, '$&\n\n');
  return decodeEntities(sanitize(marked, { allowedTags: [], allowedAttributes: {}, nestingLimit: 64 }))
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

// The sanitiser writes just these.
function decodeEntities(text: string): string {
  return text.replace(/&(lt|gt|quot|amp);/g, (_all, name: 'lt' | 'gt' | 'quot' | 'amp') => {
    return { lt: '<', gt: '>', quot: '"', amp: '&' }[name];
  });
}
