import { beforeEach, describe, expect, it } from 'vitest';
import { addAlias } from '#domain/social/aliases';
import { letterAvatar } from '#domain/social/letter-avatar';
import { getProperty, listProperties, removeProperty, setProperty } from '#domain/social/properties';
import { retireActor } from '#domain/social/retire-actor';
import { showActor } from '#domain/social/show-actor';
import { setDisplayName, updateActor } from '#domain/social/update-actor';
import { joinTransports } from '#network/transport';
import { readActor } from '#protocol/activitypub/read-actor';
import { activityBytesMax, iconBytesMax, propertiesMax } from '#support/limits';
import { openScriptedPeer, type ScriptedPeer } from '#test/fixtures/scripted-peer';
import { sentBy } from '#test/fixtures/sent-activities';
import { type HandClock, handClock, openSocialServer, type SocialServer } from '#test/fixtures/social-server';

const home = 'https://home.example';
const alice = `${home}/users/alice`;
const png = letterAvatar('x', 32);

let clock: HandClock;
let server: SocialServer;
let peer: ScriptedPeer;

beforeEach(async () => {
  clock = handClock();
  peer = openScriptedPeer({
    host: 'remote.example',
    toServer: (request) => server.transport(request),
    clock,
  });
  server = await openSocialServer({
    origin: home,
    accounts: ['alice'],
    outside: joinTransports(new Map([['remote.example', peer.transport]])),
    clock,
  });
  const bob = peer.actor('bob');
  const follow = { id: `${bob}/follows/1`, type: 'Follow', actor: bob, object: alice };
  const context = 'https://www.w3.org/ns/activitystreams';
  expect(await peer.post(`${alice}/inbox`, { '@context': context, ...follow })).toBe(202);
});

const updates = async () =>
  (await sentBy(server.social, 'alice')).filter(({ activity }) => activity.type === 'Update');
const document = async () => (await server.get('/users/alice')).json() as Promise<Record<string, unknown>>;

describe('an actor that is changed', () => {
  it('says so to its followers, with the whole of what it says of itself', async () => {
    await updateActor(server.social, 'alice', {
      type: 'Service',
      displayName: 'Alice <3',
      summary: 'Hello <b>there</b>\nhttps://alice.example/',
      url: 'https://alice.example',
      manuallyApprovesFollowers: true,
      discoverable: false,
    });
    const shown = await document();
    expect(shown).toMatchObject({
      type: 'Service',
      name: 'Alice <3',
      url: `${home}/@alice`,
      manuallyApprovesFollowers: true,
      discoverable: false,
      attachment: [{ type: 'PropertyValue', name: 'Website' }],
    });
    expect(shown.summary).toMatch(
      /^<p>Hello &lt;b&gt;there&lt;\/b&gt;<br><a href="https:\/\/alice.example\/"/,
    );
    const [update, ...more] = await updates();
    expect(more).toEqual([]);
    expect(update).toMatchObject({ inbox: `${peer.origin}/inbox`, activity: { actor: alice } });
    const { '@context': _context, ...actor } = shown;
    expect(update?.activity.object).toEqual(actor);
    expect(readActor({ ...shown } as never).name).toBe('Alice <3');
  });

  it('says nothing where nothing has changed', async () => {
    const changes = { displayName: 'A', summary: 'B', icon: { kind: 'image', bytes: png } } as const;
    await updateActor(server.social, 'alice', changes);
    clock.advance(1_000);
    await updateActor(server.social, 'alice', changes);
    await updateActor(server.social, 'alice', {});
    await setDisplayName(server.social, 'alice', 'A');
    expect(await updates()).toHaveLength(1);
  });

  it('tells of all of it at once, with its properties; of other names it does not tell', async () => {
    const changes = {
      summary: 'Gardens',
      aliases: ['Press', 'news', 'press'],
      properties: [
        { name: 'Pronouns', value: 'she' },
        { name: 'Mood', value: 'fine' },
        { name: 'Mood', value: 'better' },
      ],
    };
    await updateActor(server.social, 'alice', changes);
    const [update, ...more] = await updates();
    expect(more).toEqual([]);
    expect(update?.activity.object).toMatchObject({
      summary: '<p>Gardens</p>',
      attachment: [{ name: 'Pronouns' }, { name: 'Mood', value: 'better' }],
    });
    const shown = await showActor(server.social, 'alice');
    expect([...shown.aliases].sort()).toEqual(['news', 'press']);
    await updateActor(server.social, 'alice', {
      aliases: ['third'],
      properties: changes.properties.slice(0, 1),
    });
    expect(await updates()).toHaveLength(1);
  });

  it('is not changed by half where a part is refused', async () => {
    await addAlias(server.social, 'alice', 'press');
    const refused = [
      { aliases: ['fine', 'alice'] },
      { aliases: ['no name'] },
      {
        properties: [
          { name: 'A', value: 'B' },
          { name: '', value: 'C' },
        ],
      },
      { properties: Array.from({ length: propertiesMax + 1 }, (_, n) => ({ name: `${n}`, value: 'x' })) },
    ];
    for (const part of refused) {
      await expect(updateActor(server.social, 'alice', { summary: 'half', ...part })).rejects.toThrow();
    }
    expect(await showActor(server.social, 'alice')).toMatchObject({ aliases: ['press'], properties: [] });
    expect((await showActor(server.social, 'alice')).summary).toBeUndefined();
    expect(await updates()).toEqual([]);
  });

  it('takes back what it said', async () => {
    await updateActor(server.social, 'alice', { displayName: 'A', summary: 'B', url: 'https://a.example/' });
    await updateActor(server.social, 'alice', { displayName: ' ', summary: null, url: '' });
    const shown = await document();
    expect(shown.name).toBe('alice');
    expect([shown.summary, shown.attachment]).toEqual([undefined, undefined]);
    expect(await updates()).toHaveLength(2);
  });

  it.each<[string, Parameters<typeof updateActor>[2], string]>([
    ['a name that is too long', { displayName: 'x'.repeat(257) }, 'invalidParam'],
    ['a text that is too long', { summary: 'x'.repeat(5_001) }, 'invalidParam'],
    ['an address that is none', { url: 'javascript:alert(1)' }, 'invalidParam'],
    ['an icon that lies nowhere', { icon: { kind: 'url', url: 'data:image/png,x' } }, 'invalidParam'],
    ['a picture that is none', { icon: { kind: 'image', bytes: Buffer.from('<svg/>') } }, 'invalidParam'],
    [
      'a picture that is too large',
      { icon: { kind: 'image', bytes: Buffer.concat([png, Buffer.alloc(iconBytesMax)]) } },
      'tooLarge',
    ],
  ])('refuses %s', async (_what, changes, kind) => {
    await expect(updateActor(server.social, 'alice', changes)).rejects.toMatchObject({ kind });
    expect(await updates()).toEqual([]);
  });

  it('must be there', async () => {
    await expect(updateActor(server.social, 'nobody', {})).rejects.toMatchObject({ kind: 'notFound' });
    await retireActor(server.social, 'alice');
    await expect(updateActor(server.social, 'alice', {})).rejects.toMatchObject({ kind: 'gone' });
    await expect(setDisplayName(server.social, 'alice', 'Ghost')).resolves.toBeUndefined();
  });
});

describe('an icon', () => {
  const iconOf = async () => (await document()).icon as { url: string; mediaType?: string };
  const get = (url: string, headers: Record<string, string> = {}) =>
    server.transport(new Request(url, { headers }));

  it('is a letter until there is another, and again afterwards', async () => {
    const made = await iconOf();
    expect(made).toEqual({ type: 'Image', url: `${alice}/icon`, mediaType: 'image/png' });
    const letter = await get(made.url);
    expect(letter.headers.get('content-type')).toBe('image/png');
    expect(letter.headers.get('cache-control')).toBe('public, max-age=3600');
    await updateActor(server.social, 'alice', { icon: { kind: 'image', bytes: png } });
    const own = await iconOf();
    expect(own).toEqual({ type: 'Image', url: `${alice}/icon?at=${clock.now()}`, mediaType: 'image/png' });
    const picture = await get(own.url);
    expect(Buffer.from(await picture.arrayBuffer())).toEqual(png);
    clock.advance(5);
    await updateActor(server.social, 'alice', { icon: null });
    expect((await iconOf()).mediaType).toBe('image/png');
    expect(await (await get(`${alice}/icon`)).arrayBuffer()).toEqual(await letter.arrayBuffer());
  });

  it('can be kept by whoever has it, and does nothing but be shown', async () => {
    await updateActor(server.social, 'alice', { icon: { kind: 'image', bytes: png } });
    const { url } = await iconOf();
    const first = await get(url);
    expect(Object.fromEntries(first.headers)).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    });
    const etag = first.headers.get('etag') ?? '';
    expect((await get(url, { 'if-none-match': `"other", W/${etag}` })).status).toBe(304);
    expect((await get(url, { 'if-none-match': '"other"' })).status).toBe(200);
    // An address of an earlier picture is not kept for long with this one.
    expect((await get(`${alice}/icon?at=1`)).headers.get('cache-control')).toBe('public, max-age=3600');
  });

  it('may lie elsewhere', async () => {
    await updateActor(server.social, 'alice', {
      icon: { kind: 'url', url: 'https://pictures.example/a.png' },
    });
    expect(await iconOf()).toEqual({ type: 'Image', url: 'https://pictures.example/a.png' });
    expect(await showActor(server.social, 'alice')).toMatchObject({ iconKind: 'elsewhere' });
    const page = await (await server.get('/@alice', 'text/html')).text();
    expect(page).not.toContain('pictures.example');
  });
});

describe('properties', () => {
  it('are fields of the document and the page, and changes are told', async () => {
    await setProperty(server.social, 'alice', 'Pronouns', 'she/her');
    clock.advance(1);
    await setProperty(server.social, 'alice', 'Site', 'https://alice.example/ <3');
    await setProperty(server.social, 'alice', 'Site', 'https://alice.example/ <3');
    expect((await document()).attachment).toMatchObject([
      { name: 'Pronouns', value: 'she/her' },
      {
        name: 'Site',
        value: expect.stringMatching(/^<a href="https:\/\/alice\.example\/" rel="me .*&lt;3$/),
      },
    ]);
    expect(await (await server.get('/@alice', 'text/html')).text()).toContain(
      '<dt>Pronouns</dt><dd>she/her</dd>',
    );
    await setProperty(server.social, 'alice', 'Pronouns', 'they/them');
    expect(await getProperty(server.social, 'alice', 'Pronouns')).toMatchObject({ value: 'they/them' });
    await removeProperty(server.social, 'alice', 'Site');
    const said = (await updates()).map(({ activity }) =>
      (activity.object as { attachment?: { name: string }[] }).attachment?.map(({ name }) => name),
    );
    expect(said).toEqual([['Pronouns'], ['Pronouns', 'Site'], ['Pronouns', 'Site'], ['Pronouns']]);
    expect((await listProperties(server.social, 'alice', { limit: 5 })).items).toMatchObject([
      { name: 'Pronouns', value: 'they/them', updatedAt: clock.now() },
    ]);
  });

  it('are bounded in number and length', async () => {
    for (const [name, value] of [
      ['', 'x'],
      ['x', ' '],
      ['x'.repeat(129), 'x'],
      ['x', 'x'.repeat(501)],
    ] as const) {
      const refused = setProperty(server.social, 'alice', name, value);
      await expect(refused).rejects.toMatchObject({ kind: 'invalidParam' });
    }
    for (let number = 0; number < propertiesMax; number++) {
      await setProperty(server.social, 'alice', `name ${number}`, 'x');
    }
    const more = setProperty(server.social, 'alice', 'one more', 'x');
    await expect(more).rejects.toMatchObject({ kind: 'forbidden' });
    await setProperty(server.social, 'alice', 'name 0', 'y');
  });

  it('of the greatest size make no document that others would not read', async () => {
    const value = 'http://a '.repeat(56).slice(0, 500);
    for (let number = 0; number < propertiesMax; number++) {
      await setProperty(server.social, 'alice', `${number}`.padEnd(128, 'x'), value);
    }
    await updateActor(server.social, 'alice', { summary: 'http://a '.repeat(555) });
    const [update] = (await updates()).slice(-1);
    expect(JSON.stringify(update?.activity).length).toBeLessThan(activityBytesMax);
  });

  it('that are not there are said not to be', async () => {
    await expect(getProperty(server.social, 'alice', 'x')).rejects.toMatchObject({ kind: 'notFound' });
    await expect(removeProperty(server.social, 'alice', 'x')).rejects.toMatchObject({ kind: 'notFound' });
    expect(await updates()).toEqual([]);
  });
});

it('is shown with all that there is to know', async () => {
  await updateActor(server.social, 'alice', { summary: 'Hello', icon: { kind: 'image', bytes: png } });
  await setProperty(server.social, 'alice', 'a', 'b');
  await addAlias(server.social, 'alice', 'ali');
  expect(await showActor(server.social, 'alice')).toEqual({
    name: 'alice',
    uri: alice,
    address: 'alice@home.example',
    page: `${home}/@alice`,
    type: 'Person',
    displayName: 'alice',
    summaryHtml: '<p>Hello</p>',
    summary: 'Hello',
    icon: `${alice}/icon?at=${clock.now()}`,
    iconKind: 'own',
    manuallyApprovesFollowers: false,
    discoverable: true,
    createdAt: clock.now(),
    followers: 1,
    followersPending: 0,
    following: 0,
    posts: 0,
    aliases: ['ali'],
    properties: [{ name: 'a', value: 'b' }],
  });
});
