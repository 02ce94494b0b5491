import { beforeEach, describe, expect, it } from 'vitest';
import { publishPost } from '#domain/social/publish-post';
import { joinTransports } from '#network/transport';
import { handClock, openSocialServer, type SocialServer } from '#test/fixtures/social-server';

const home = 'https://home.example';
const alice = `${home}/users/alice`;
let server: SocialServer;

beforeEach(async () => {
  server = await openSocialServer({
    origin: home,
    serverName: 'names.example',
    accounts: ['alice'],
    outside: joinTransports(new Map()),
    clock: handClock(),
  });
});

const finger = (resource: string, more = '') =>
  server.get(`/.well-known/webfinger?resource=${encodeURIComponent(resource)}${more}`, '*/*');

describe('WebFinger', () => {
  it.each([
    'acct:alice@home.example',
    'acct:ALICE@Home.Example',
    'acct:alice@names.example',
    'alice@home.example',
    alice,
    `${home}/@alice`,
  ])('finds %s', async (resource) => {
    const answer = await finger(resource);
    expect(answer.headers.get('content-type')).toBe('application/jrd+json');
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(await answer.json()).toMatchObject({
      subject: 'acct:alice@home.example',
      aliases: [`${home}/@alice`, alice],
      links: [{ type: 'text/html' }, { rel: 'self', type: 'application/activity+json', href: alice }],
    });
  });

  it('answers with the links that are asked for', async () => {
    const { links } = (await (await finger('alice@home.example', '&rel=self&rel=other')).json()) as {
      links: { rel: string }[];
    };
    expect(links.map(({ rel }) => rel)).toEqual(['self']);
  });

  it.each<[string, number]>([
    ['acct:nobody@home.example', 404],
    ['acct:alice@elsewhere.example', 404],
    ['https://elsewhere.example/users/alice', 404],
    [`${home}/about`, 404],
    ['mailto:alice', 400],
    ['acct:', 400],
  ])('knows nothing of %s', async (resource, status) => {
    expect((await finger(resource)).status).toBe(status);
  });

  it('must be asked about something', async () => {
    expect((await server.get('/.well-known/webfinger')).status).toBe(400);
  });
});

it('says where NodeInfo is, and counts what is public', async () => {
  await publishPost(server.social, 'alice', { text: 'One', visibility: 'public' });
  await publishPost(server.social, 'alice', { text: 'Two', visibility: 'followers' });
  const { links } = (await (await server.get('/.well-known/nodeinfo')).json()) as {
    links: { rel: string; href: string }[];
  };
  expect(links).toHaveLength(2);
  for (const { rel, href } of links) {
    const answer = await server.get(new URL(href).pathname);
    expect(answer.headers.get('content-type')).toContain(`profile="${rel}#"`);
    expect(await answer.json()).toMatchObject({
      version: rel.split('/').at(-1),
      software: { name: 'hearth' },
      protocols: ['activitypub'],
      usage: { users: { total: 1 }, localPosts: 1 },
    });
  }
});

it('says by host-meta where WebFinger is', async () => {
  const xrd = await server.get('/.well-known/host-meta', '*/*');
  expect(xrd.headers.get('content-type')).toContain('application/xrd+xml');
  expect(await xrd.text()).toContain(`template="${home}/.well-known/webfinger?resource={uri}"`);
  const jrd = await (await server.get('/.well-known/host-meta', 'application/json')).json();
  expect(jrd).toEqual(await (await server.get('/.well-known/host-meta.json')).json());
});
