// The page at `/`: what this server is, and how to point a client at it.
import { html } from 'hono/html';
import type { Social } from '#domain/social/social';
import { type Operation, operation } from '#http/operation';
import { answerPage } from '#http/web/page';

export interface HomeFacts {
  readonly registration: 'open' | 'token' | 'closed';
}

const registrationSentences = {
  open: 'Anyone may make an account, with a Matrix client.',
  token: 'To make an account, ask the people who run this server for a registration token.',
  closed: 'Accounts are made by the people who run this server.',
};

export const homePage = (social: Social, { registration }: HomeFacts): Operation => {
  const { host, origin, serverName } = social;
  return operation({
    id: 'apHomePage',
    method: 'GET',
    path: '/',
    access: 'public',
    rate: 'discovery',
    answer: () =>
      answerPage(200, {
        title: host,
        host,
        description: `${host} is a home server for Matrix and the fediverse.`,
        body: html`<section class="card">
<h1>A home on two networks</h1>
<p>This is ${serverName}, a Hearth server. An account here is an address on Matrix, for rooms and conversations, and on the fediverse, for posts that people on any of its servers can follow.</p>
<p class="hint">${registrationSentences[registration]}</p>
</section>
<section class="card">
<h2>With a Matrix client</h2>
<p>Choose “other homeserver” when you sign in, and give it this address.</p>
<dl class="facts"><dt>Homeserver</dt><dd><code>${origin}</code></dd><dt>You are</dt><dd><code>@name:${serverName}</code></dd></dl>
</section>
<section class="card">
<h2>From the fediverse</h2>
<p>Search for somebody’s address where you have your account, and follow.</p>
<dl class="facts"><dt>Address</dt><dd><code>@name@${host}</code></dd><dt>Page</dt><dd><code>${origin}/@name</code></dd></dl>
</section>`,
      }),
  });
};
