// The page of a hashtag: what people of this server have posted under it for all to read.
import { html } from 'hono/html';
import { readTag } from '#domain/social/read-tag';
import type { Social } from '#domain/social/social';
import { operation } from '#http/operation';
import { answerPage, answerRefusal } from '#http/web/page';
import { pageQuery } from '#http/web/page-query';
import { person } from '#http/web/person';
import { postBody } from '#http/web/post';
import { tagUri } from '#protocol/activitypub/actor-uris';
import { firstPage } from '#protocol/activitypub/collections';
import { profilePostsMax } from '#support/limits';

export const tagPage = (social: Social) =>
  operation({
    id: 'apTagPage',
    method: 'GET',
    path: '/tags/{tag}',
    access: 'public',
    rate: 'discovery',
    query: pageQuery,
    async answer(call) {
      const { page } = call.query;
      try {
        const after = page === firstPage ? undefined : page;
        const { tag, posts } = await readTag(social, call.params.tag, { limit: profilePostsMax, after });
        const { pathname } = new URL(tagUri(social.origin, tag));
        return await answerPage(200, {
          title: `#${tag}`,
          host: social.host,
          description: `Posts on ${social.host} about #${tag}.`,
          unlisted: after !== undefined,
          body: html`<h1>#${tag}</h1>
${
  posts.items.length === 0
    ? html`<p class="hint">There are no public posts with this hashtag here${posts.next === undefined ? '' : ' on this page'}.</p>`
    : html`<ol class="posts h-feed" aria-label="Posts">${posts.items.map(
        ({ author, post }) =>
          html`<li><article class="card h-entry">${person(author, 'byline')}${postBody(post)}</article></li>`,
      )}</ol>`
}
${posts.next === undefined ? '' : html`<a class="more" rel="next" href="${pathname}?page=${posts.next}">Older posts</a>`}`,
        });
      } catch (error) {
        return answerRefusal(social.host, error);
      }
    },
  });
