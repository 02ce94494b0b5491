// A person's page: who she is, what she has posted for all to read, and how to follow her.
import { html, raw } from 'hono/html';
import { type Profile, type ProfileEntry, readProfile } from '#domain/social/read-profile';
import type { Social } from '#domain/social/social';
import type { Reply } from '#http/reply';
import { answerPage, answerRefusal, type Markup } from '#http/web/page';
import { person, profilePath } from '#http/web/person';
import { elsewhere, postBody, time } from '#http/web/post';
import { actorUri } from '#protocol/activitypub/actor-uris';
import { firstPage } from '#protocol/activitypub/collections';
import { fieldToHtml } from '#protocol/activitypub/plain-text-to-html';
import { profilePostsMax } from '#support/limits';
import { counted } from '#support/plural';

/** @param page the cursor of a page of posts; undefined for the newest ones */
export async function answerProfilePage(
  social: Social,
  name: string,
  page: string | undefined,
): Promise<Reply> {
  try {
    // Capital letters in a name are somebody's spelling of it.
    const found = name.toLowerCase();
    const after = page === firstPage ? undefined : page;
    const profile = await readProfile(social, found, { limit: profilePostsMax, after });
    const { displayName, address } = profile;
    return await answerPage(200, {
      title: `${displayName} (@${address})`,
      host: social.host,
      description: `${displayName} on ${social.host}: ${counted(profile.postsTotal, 'post')}, ${counted(profile.followers, 'follower')}.`,
      activityUri: actorUri(social.origin, found),
      unlisted: after !== undefined || !profile.isDiscoverable,
      body: body(profile),
    });
  } catch (error) {
    return answerRefusal(social.host, error);
  }
}

function body(profile: Profile): Markup {
  const { posts, address, summaryHtml } = profile;
  return html`<section class="card h-card">
${person(profile, 'heading')}
${summaryHtml === undefined ? '' : html`<div class="content p-note">${raw(summaryHtml)}</div>`}
${fields(profile)}
<dl class="totals">
${total(profile.postsTotal, 'post', 'posts')}
${total(profile.followers, 'follower', 'followers')}
${total(profile.following, 'following')}
</dl>
<p class="hint">To follow, search for <code>@${address}</code> where you have your account.</p>
</section>
${
  posts.items.length === 0
    ? html`<p class="hint">There are no public posts here${posts.next === undefined ? '' : ' on this page'}.</p>`
    : html`<ol class="posts h-feed" aria-label="Posts">${posts.items.map(
        (entry) => html`<li>${shown(entry)}</li>`,
      )}</ol>`
}
${posts.next === undefined ? '' : html`<a class="more" rel="next" href="${profilePath(profile.name)}?page=${posts.next}">Older posts</a>`}`;
}

function fields({ fields: pairs }: Profile): Markup | '' {
  if (pairs.length === 0) return '';
  return html`<dl class="facts">${pairs.map(
    ({ name, value }) => html`<dt>${name}</dt><dd>${raw(fieldToHtml(value))}</dd>`,
  )}</dl>`;
}

function shown(entry: ProfileEntry): Markup {
  if (entry.kind === 'post') return html`<article class="card h-entry">${postBody(entry.post)}</article>`;
  return html`<article class="card boost h-entry"><p>Boosted ${elsewhere(entry.object, 'u-repost-of')}</p><p class="below">${time(entry.at, 'dt-published')}</p></article>`;
}

function total(count: number, one: string, many = one): Markup {
  return html`<div><dt>${count === 1 ? one : many}</dt><dd>${count.toLocaleString('en-GB')}</dd></div>`;
}
