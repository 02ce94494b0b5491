// The pages for people in a real browser: they are there, they look as they should in light and dark, they can be used
// without a mouse and on a small screen, and the browser finds nothing to object to.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deletePost } from '#domain/social/delete-post';
import { publishPost } from '#domain/social/publish-post';
import { setDisplayName } from '#domain/social/update-actor';
import { openBrowser, type TestBrowser } from '#test/fixtures/browser';
import { type FediverseServer, listeningServer } from '#test/fixtures/fediverse-server';

let chromium: TestBrowser;
let server: FediverseServer;
let page: Page;
let complaints: string[];
let post: string;

beforeAll(async () => {
  [chromium, server] = await Promise.all([openBrowser(), listeningServer(['alice'])]);
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
}, 60_000);

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

describe.each(['light', 'dark'] as const)('in a %s room', (colorScheme) => {
  it.each(['/', '/@alice', 'post', '/@nobody'])('%s can be read', async (path) => {
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

it.each(['/', '/@alice', 'post'])('fits a small screen: %s', async (path) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto(path === 'post' ? post : server.url + path);
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
