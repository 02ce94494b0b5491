import { expect, it } from 'vitest';
import { isActivityStreams, isJson, prefersActivityStreams } from '#protocol/activitypub/media-types';

const profile = 'https://www.w3.org/ns/activitystreams';

it.each([
  ['application/activity+json', true],
  ['application/activity+json; charset=utf-8', true],
  ['APPLICATION/Activity+JSON;charset="utf-8"', true],
  [`application/ld+json; profile="${profile}"`, true],
  [`application/ld+json;profile="https://other.example/ns ${profile}"; charset=utf-8`, true],
  [`application/ld+json; profile=${profile}`, true],
  ['application/ld+json', false],
  ['application/ld+json; profile="https://other.example/ns"', false],
  ['application/json', false],
  ['text/html', false],
  ['text/plain; x="application/activity+json"', false],
  ['application/activity+json, text/html', false],
  ['', false],
  [undefined, false],
  [null, false],
])('Content-Type %s carries Activity Streams: %s', (type, expected) =>
  expect(isActivityStreams(type)).toBe(expected),
);

it.each([
  ['application/json', true],
  ['application/jrd+json; charset=utf-8', true],
  ['text/json', false],
  ['text/html', false],
])('Content-Type %s is JSON: %s', (type, expected) => expect(isJson(type)).toBe(expected));

it.each([
  ['application/activity+json', true],
  [`application/ld+json; profile="${profile}"`, true],
  [`application/ld+json;profile="${profile}",application/activity+json;q=0.9`, true],
  ['application/ld+json', true],
  ['application/activity+json;q=0.5, text/html', false],
  ['text/html;q=0.5, application/activity+json', true],
  ['text/html, application/activity+json', false],
  ['application/activity+json, text/html', true],
  ['application/activity+json, */*', true],
  ['application/activity+json, */*;q=0.1', true],
  ['application/activity+json;q=0', false],
  ['application/activity+json;q=0, */*', false],
  ['application/activity+json;q=nonsense, text/html;q=0.1', false],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8', false],
  ['application/*', true],
  ['application/json', true],
  ['application/json, text/plain, */*', true],
  ['text/html, application/json', false],
  ['text/html, application/json;q=0.9, */*;q=0.8', false],
  ['application/json;q=0', false],
  ['*/*', false],
  ['', false],
  [null, false],
  [',,;;="', false],
])('Accept %s prefers Activity Streams: %s', (accept, expected) => {
  expect(prefersActivityStreams(accept)).toBe(expected);
});
