// The pages for people in a real browser: they are there, they look as they should in light and dark, they can be used
// without a mouse and on a small screen, and the browser finds nothing to object to.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { boost } from '#domain/social/boost';
import { deletePost } from '#domain/social/delete-post';
import { editPost } from '#domain/social/edit-post';
import { like } from '#domain/social/like';
import { setProperty } from '#domain/social/properties';
import { publishPost } from '#domain/social/publish-post';
import type { Social } from '#domain/social/social';
import { setDisplayName, updateActor } from '#domain/social/update-actor';
import { openBrowser, type TestBrowser } from '#test/fixtures/browser';
import { type FediverseServer, listeningServer } from '#test/fixtures/fediverse-server';

let chromium: TestBrowser;
let server: FediverseServer;
let page: Page;
let complaints: string[];
let post: string;
let warned: string;

beforeAll(async () => {
  [chromium, server] = await Promise.all([openBrowser(), listeningServer(['alice', 'bea'])]);
  await setDisplayName(server.social, 'alice', 'Alice Árnadóttir <script>');
  await publishPost(server.social, 'alice', {
    text: 'The kettle is on.\n\nCome by whenever you like.',
    visibility: 'public',
  });
  post = await publishPost(server.social, 'alice', {
    text: `A fire needs three things. Read on at https://en.wikipedia.org/wiki/Fire_triangle, or ask <b>me</b>. ${'long'.repeat(60)}`,
    visibility: 'public',
  });
  await publishPost(server.social, 'alice', {
    text: 'Only for those who follow me',
    visibility: 'followers',
  });
  await furnish(server.social);
}, 60_000);

/** An account that has made use of everything that a page can show. */
async function furnish(social: Social): Promise<void> {
  await updateActor(social, 'bea', {
    type: 'Service',
    displayName: 'Bea the kettle',
    summary: 'Whistles when it is time.',
    url: 'https://kettles.example/bea',
  });
  await setProperty(social, 'bea', 'Boils at', '100 °C');
  await setProperty(social, 'bea', `A property with quite a long name ${'n'.repeat(40)}`, 'v'.repeat(120));
  warned = await publishPost(social, 'bea', {
    text: 'It boiled over. #kitchen #Tea',
    visibility: 'public',
    contentWarning: 'Hot water',
    language: 'en',
    inReplyTo: post,
    attachments: [
      { url: 'https://pictures.example/stove.png', description: 'A stove under water' },
      { url: `https://pictures.example/${'long'.repeat(40)}.pdf` },
    ],
  });
  await like(social, 'alice', warned);
  await boost(social, 'bea', post);
  await editPost(social, 'bea', warned, { text: 'It boiled over twice. #kitchen #Tea' });
}

afterAll(async () => {
  await chromium?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

beforeEach(async () => {
  page = await chromium.browser.newPage({ viewport: { width: 900, height: 900 } });
  complaints = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return () => page.close();
});

const address = () => `@alice@${new URL(server.url).host}`;
/** The contrast of a text with the card or page behind it (WCAG 2.2, "contrast ratio"), measured in the page. */
const contrast = (selector: string) =>
  page.evaluate<number>(`(() => {
    const parse = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
    const luminance = (color) => {
      const [red, green, blue] = parse(color).map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const element = document.querySelector(${JSON.stringify(selector)});
    let behind = element;
    while (parse(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
    const text = luminance(getComputedStyle(element).color);
    const ground = luminance(getComputedStyle(behind).backgroundColor);
    return (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
  })()`);

describe('a profile', () => {
  it('shows who it is, what she posts for all, and how to follow her', async () => {
    const answer = await page.goto(`${server.url}/@alice`);
    expect(answer?.status()).toBe(200);
    expect(await page.title()).toBe(`Alice Árnadóttir <script> (${address()})`);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Alice Árnadóttir <script>');
    const text = await page.locator('main').textContent();
    expect(text).toContain(address());
    expect(await page.locator('.totals div').allTextContents()).toEqual([
      'posts2',
      'followers0',
      'following0',
    ]);
    expect(await page.getByRole('article').count()).toBe(2);
    expect(await page.getByRole('article').first().textContent()).toContain('ask <b>me</b>');
    expect(text).not.toContain('Only for those who follow me');
    expect(complaints).toEqual([]);
  });

  it('leads to its posts, and they back to it', async () => {
    await page.goto(`${server.url}/users/alice`);
    await page.getByRole('article').first().getByRole('link').last().click();
    await page.waitForURL(post);
    expect(await page.getByRole('article').textContent()).toContain('A fire needs three things.');
    const link = page.getByRole('link', { name: 'en.wikipedia.org' });
    expect(await link.getAttribute('href')).toBe('https://en.wikipedia.org/wiki/Fire_triangle');
    expect(await link.getAttribute('rel')).toContain('noopener');
    await page.getByRole('link', { name: 'Alice' }).click();
    await page.waitForURL(`${server.url}/@alice`);
    expect(complaints).toEqual([]);
  });
});

describe('a profile with everything on it', () => {
  it('shows a picture, what she says of herself, and who she is', async () => {
    await page.goto(`${server.url}/@bea`);
    const picture = page.locator('img.face').first();
    const isShown = 'document.querySelector("img.face").naturalWidth > 0';
    await page.waitForFunction(isShown);
    expect(await picture.getAttribute('src')).toBe('/users/bea/icon');
    expect(await page.locator('.person').first().textContent()).toContain('bot');
    expect(await page.locator('.facts dt').first().textContent()).toBe('Website');
    const website = page.getByRole('link', { name: 'https://kettles.example/bea' });
    expect(await website.getAttribute('rel')).toContain('me');
    expect(await page.locator('.boost').textContent()).toContain('Boosted a post on');
    expect(complaints).toEqual([]);
  });

  it('keeps what is warned of shut until it is opened, by keyboard, too', async () => {
    await page.goto(warned);
    const content = page.locator('.e-content');
    expect(await content.isVisible()).toBe(false);
    await page.getByText('Hot water').focus();
    await page.keyboard.press('Enter');
    expect(await content.isVisible()).toBe(true);
    expect(await content.textContent()).toBe('It boiled over twice. #kitchen #Tea');
    const attached = page.getByRole('list', { name: 'Attachments' }).getByRole('link');
    expect(await attached.first().textContent()).toBe('A stove under water');
    const article = await page.getByRole('article').textContent();
    expect(article).toMatch(/In reply to a post on .*edited .*1 like/s);
    expect(complaints).toEqual([]);
  });

  it('is found by its hashtags', async () => {
    await page.goto(warned);
    await page.getByText('Hot water').click();
    await page.getByRole('link', { name: '#Tea' }).click();
    await page.waitForURL(`${server.url}/tags/tea`);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('#tea');
    expect(await page.getByRole('article').count()).toBe(1);
    await page.goto(`${server.url}/tags/nothing`);
    expect(await page.locator('main').textContent()).toContain('no public posts');
    expect((await page.goto(`${server.url}/tags/two%20words`))?.status()).toBe(404);
  });
});

describe.each(['light', 'dark'] as const)('in a %s room', (colorScheme) => {
  it.each(['/', '/@alice', '/@bea', '/tags/tea', 'post', '/@nobody'])('%s can be read', async (path) => {
    await page.emulateMedia({ colorScheme });
    await page.goto(path === 'post' ? post : server.url + path);
    const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(ground).toBe(colorScheme === 'light' ? 'rgb(253, 250, 246)' : 'rgb(23, 19, 15)');
    for (const selector of ['h1, .name', 'main p, main .address', 'footer', '.brand']) {
      expect(await contrast(selector), selector).toBeGreaterThanOrEqual(4.5);
    }
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
  });
});

it.each(['/', '/@alice', '/@bea', '/tags/tea', 'warned', 'post'])('fits a small screen: %s', async (path) => {
  await page.setViewportSize({ width: 320, height: 640 });
  const named = { post, warned }[path];
  await page.goto(named ?? server.url + path);
  for (const details of await page.locator('details').all()) await details.click();
  const [content, screen] = await page.evaluate<number[]>(
    '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
  );
  expect(content).toBe(screen);
});

it('is used by keyboard: the first stop skips to the content', async () => {
  await page.goto(`${server.url}/@alice`);
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
  await page.keyboard.press('Enter');
  expect(new URL(page.url()).hash).toBe('#content');
  for (const landmark of ['banner', 'main', 'contentinfo'] as const) {
    expect(await page.getByRole(landmark).count()).toBe(1);
  }
});

it('says of a deleted post that it is gone', async () => {
  const uri = await publishPost(server.social, 'alice', { text: 'Oops', visibility: 'public' });
  await deletePost(server.social, 'alice', uri.split('/').at(-1) ?? '');
  expect((await page.goto(uri))?.status()).toBe(410);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('This is gone');
});

it('says at the door what it is and where to point a client', async () => {
  await page.goto(server.url);
  const text = await page.locator('main').textContent();
  expect(text).toContain(server.url);
  expect(text).toContain(`@name:${new URL(server.url).host}`);
});
