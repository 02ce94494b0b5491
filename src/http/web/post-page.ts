// One post under its permanent link, with who wrote it.
import { html } from 'hono/html';
import { readPost } from '#domain/social/read-post';
import { readProfileHead, shownPost } from '#domain/social/read-profile';
import type { Social } from '#domain/social/social';
import type { Reply } from '#http/reply';
import { answerPage, answerRefusal } from '#http/web/page';
import { person } from '#http/web/person';
import { postContent, postTime } from '#http/web/post';
import { ProtocolError } from '#support/errors';

const descriptionCharactersMax = 200;

export async function answerPostPage(social: Social, name: string, id: string): Promise<Reply> {
  try {
    const found = name.toLowerCase();
    const { state, document } = await readPost(social, found, id);
    if (state === 'deleted') throw new ProtocolError('gone', 'This post has been deleted.');
    const post = shownPost(document);
    if (!post) throw new ProtocolError('notFound', 'There is no such post.');
    const author = await readProfileHead(social, found);
    const { htmlToText } = await import('#protocol/activitypub/sanitise-html');
    return await answerPage(200, {
      title: `${author.displayName}: a post`,
      host: social.host,
      description: htmlToText(post.html).slice(0, descriptionCharactersMax),
      activityUri: post.uri,
      body: html`<article class="card large h-entry">
${person(author, 'byline')}
${postContent(post)}
${postTime(post)}
</article>`,
    });
  } catch (error) {
    return answerRefusal(social.host, error);
  }
}
