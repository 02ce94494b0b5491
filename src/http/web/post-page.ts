// One post under its permanent link, with who wrote it.
import { html } from 'hono/html';
import { readPostPage } from '#domain/social/read-post';
import type { Social } from '#domain/social/social';
import type { Reply } from '#http/reply';
import { answerPage, answerRefusal } from '#http/web/page';
import { person } from '#http/web/person';
import { postBody } from '#http/web/post';

const descriptionCharactersMax = 200;

export async function answerPostPage(social: Social, name: string, id: string): Promise<Reply> {
  try {
    const { author, post, isUnlisted } = await readPostPage(social, name.toLowerCase(), id);
    const { htmlToText } = await import('#protocol/activitypub/sanitise-html');
    // What is behind a warning is not shown by previews.
    const described = post.contentWarning ?? htmlToText(post.html);
    return await answerPage(200, {
      title: `${author.displayName}: a post`,
      host: social.host,
      description: described.slice(0, descriptionCharactersMax),
      activityUri: post.uri,
      unlisted: isUnlisted || !author.isDiscoverable,
      body: html`<article class="card large h-entry">
${person(author, 'byline')}
${postBody(post)}
</article>`,
    });
  } catch (error) {
    return answerRefusal(social.host, error);
  }
}
