import { describe, expect, it } from 'vitest';
import { buildAttachment, readAttachments } from '#protocol/activitypub/attachments';
import type { JsonValue } from '#protocol/activitypub/json-document';
import { requireUri } from '#protocol/activitypub/uris';
import { noteAttachmentsMax } from '#support/limits';

const url = requireUri('https://cdn.example/1.png', 'url');
const read = (value: unknown) => readAttachments(JSON.parse(JSON.stringify(value)) as JsonValue);

it('comes back as it was built', () => {
  const full = {
    url,
    mediaType: 'image/png',
    name: 'A cat',
    width: 3,
    height: 4,
    blurhash: 'UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH',
  };
  expect(read([buildAttachment(full)])).toStrictEqual([full]);
  expect(read(buildAttachment({ url }))).toStrictEqual([{ url }]);
  expect(buildAttachment({ url })).toStrictEqual({ type: 'Document', url });
  expect(buildAttachment({ url, mediaType: 'audio/ogg' }).type).toBe('Audio');
});

describe('reading', () => {
  it.each<[string, unknown]>([
    ['a URI alone', url],
    ['an array of one', [url]],
    ['a Document', { type: 'Document', url }],
    ['a Link', { type: 'Link', href: url }],
    ['an object with a Link', { type: 'Image', url: { type: 'Link', href: url } }],
    ['an object with several URLs', { type: 'Image', url: [url, 'https://cdn.example/2.png'] }],
    [
      'an object with nothing that is right',
      { url, mediaType: 'png', name: 7, width: -1, height: 1e9, blurhash: '<b>' },
    ],
  ])('understands %s', (_name, value) => expect(read(value)).toStrictEqual([{ url }]));

  it('takes the description from the summary, and the type from the link, where they are not where they belong', () => {
    expect(
      read({
        type: 'Video',
        summary: 'Alt',
        url: [{ type: 'Link', mediaType: 'Video/MP4; x=1', href: url }],
      }),
    ).toStrictEqual([{ url, name: 'Alt', mediaType: 'video/mp4' }]);
  });

  it('takes sizes in pixels and blurred pictures only where they are some', () => {
    for (const width of [0, -1, 0.5, '3', null, 1_000_001])
      expect(read({ url, width })).toStrictEqual([{ url }]);
    expect(read({ url, width: 1, height: 1_000_000 })).toStrictEqual([{ url, width: 1, height: 1_000_000 }]);
    for (const blurhash of ['<UBL', 'UBL<', 'U BL', '', 7]) {
      expect(read({ url, blurhash })).toStrictEqual([{ url }]);
    }
  });

  it.each<[string, unknown]>([
    ['nothing', null],
    ['numbers and nulls', [7, null, true]],
    ['a script', { type: 'Image', url: 'javascript:alert(1)' }],
    ['a data URL', { type: 'Image', url: 'data:image/png;base64,AAAA' }],
    ['a field of a profile', { type: 'PropertyValue', name: 'x', value: 'y', url }],
    ['no URL', { type: 'Image', name: 'x' }],
  ])('leaves out %s', (_name, value) => expect(read(value)).toStrictEqual([]));

  it('takes the first of each URL, and only so many', () => {
    const many = Array.from({ length: 100 }, (_, i) => ({ url: `https://cdn.example/${i}` }));
    expect(read(many)).toHaveLength(noteAttachmentsMax);
    expect(read(many)[0]!.url).toBe('https://cdn.example/0');
    expect(
      read([
        { url, name: 'first' },
        { url, name: 'second' },
      ]),
    ).toStrictEqual([{ url, name: 'first' }]);
    expect(read({ url, name: 'x'.repeat(20_000) })[0]!.name).toHaveLength(10_000);
  });
});
